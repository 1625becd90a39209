/** An evaluated graph as one CloudFormation template: pure. */
import type { ResourceGraph } from "../../../../local/graph";
import { parts, without } from "./properties";

/** A template as CloudFormation takes it. */
export interface Template {
  readonly AWSTemplateFormatVersion: "2010-09-09";
  readonly Resources: Readonly<Record<string, { Type: string; Properties: Record<string, unknown> }>>;
}

/** Renders every resource of a graph. Throws for a type that the table does not know. */
export function templateOf({ resources }: ResourceGraph): Template {
  const rendered = new Map<string, Template["Resources"][string]>();
  for (const { type, inputs, id, component } of resources) {
    if (component || type.startsWith("pulumi:") || without[type]) continue;
    const render = parts[type];
    if (!render) throw new Error(`cloudformation/properties.ts has no ${type}.`);
    const { type: Type, name, properties } = render(inputs, id);
    const key = `${Type} ${name}`;
    const Properties = rendered.get(key)?.Properties ?? {};
    for (const [property, value] of Object.entries(properties)) {
      const before = Properties[property];
      Properties[property] =
        Array.isArray(before) && Array.isArray(value) ? [...before, ...(value as unknown[])] : value;
    }
    rendered.set(key, { Type, Properties });
  }
  const Resources = Object.fromEntries([...rendered].map(([key, resource]) => [logicalId(key), resource]));
  if (Object.keys(Resources).length !== rendered.size) throw new Error("Two resources have one logical id.");
  return { AWSTemplateFormatVersion: "2010-09-09", Resources };
}

/** Letters and digits are all that CloudFormation allows; a finding names the resource by them. */
function logicalId(key: string): string {
  return key
    .replace(/^AWS::/, "")
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");
}
