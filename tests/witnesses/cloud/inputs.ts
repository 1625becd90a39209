/** Inputs of Pulumi's resources, read and renamed for those who spell them otherwise. */

export type Inputs = Readonly<Record<string, unknown>>;
export type Properties = Record<string, unknown>;

/** Maps whose keys are the program's own. */
const VERBATIM = new Set(["parameters", "variables", "dimensions"]);

/** Names with a capital, at every depth. */
export function capitals(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(capitals);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name.charAt(0).toUpperCase() + name.slice(1),
      VERBATIM.has(name) ? member : capitals(member),
    ]),
  );
}

export const capitalized = (inputs: Inputs): Properties => capitals(inputs) as Properties;
export const json = (text: unknown): unknown => JSON.parse(String(text)) as unknown;
export const list = (value: unknown): Inputs[] => value as Inputs[];
export const only = (value: unknown): Inputs => value as Inputs;

/** Tags as EC2 and CloudFormation take them. */
export const tagList = (tags: unknown): { Key: string; Value: unknown }[] =>
  Object.entries(only(tags ?? {})).map(([Key, Value]) => ({ Key, Value }));
