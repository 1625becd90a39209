/**
 * What a rule's target receives: the event, a part of it, a constant, or a template filled from it. Amazon EventBridge User
 * Guide, "Amazon EventBridge input transformation".
 */
import { AwsError } from "../api";

/** A target's choice; at most one member is set, and without any the target receives the whole event. */
export interface TargetInput {
  /** Constant JSON text. */
  readonly Input?: string;
  /** Path of the part, e.g. `$.detail`. */
  readonly InputPath?: string;
  readonly InputTransformer?: {
    readonly InputPathsMap?: Readonly<Record<string, string>>;
    readonly InputTemplate: string;
  };
}

/** An event as targets see it. */
export interface Event {
  readonly version: string;
  readonly id: string;
  readonly "detail-type": string;
  readonly source: string;
  readonly account: string;
  /** ISO 8601 without fractions of a second. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: unknown;
}

/** The rule on whose behalf the input is made. */
export interface RuleName {
  readonly arn: string;
  readonly name: string;
}

/** The text that a target receives for an event. Throws `InvalidInput` if a template for JSON gives none. */
export function targetInput(choice: TargetInput, event: Event, rule: RuleName): string {
  if (choice.Input !== undefined) return choice.Input;
  if (choice.InputPath !== undefined) return JSON.stringify(select(event, choice.InputPath) ?? {});
  if (choice.InputTransformer) return fillTemplate(choice.InputTransformer, event, rule);
  return JSON.stringify(event);
}

/** Checks a choice when it is made. Throws `ValidationException`. */
export function checkTargetInput(choice: TargetInput): void {
  const { Input, InputPath, InputTransformer } = choice;
  if ([Input, InputPath, InputTransformer].filter((member) => member !== undefined).length > 1) {
    throw new AwsError(
      "ValidationException",
      "Only one of Input, InputPath and InputTransformer may be set on a target.",
    );
  }
  if (InputPath !== undefined) steps(InputPath);
  const paths = InputTransformer?.InputPathsMap ?? {};
  for (const [name, path] of Object.entries(paths)) {
    if (/^aws\./i.test(name)) throw new AwsError("ValidationException", `InputPathsMap: the name ${name} is reserved.`);
    steps(path);
  }
  for (const [, name] of InputTransformer?.InputTemplate.matchAll(placeholder) ?? []) {
    if (!Object.hasOwn(paths, name) && !reserved.has(name)) {
      throw new AwsError("ValidationException", `InputTemplate: <${name}> is not defined in InputPathsMap.`);
    }
  }
}

const placeholder = /<([A-Za-z0-9._-]+)>/g;
const reserved = new Set([
  "aws.events.rule-arn",
  "aws.events.rule-name",
  "aws.events.event.ingestion-time",
  "aws.events.event",
  "aws.events.event.json",
]);

function fillTemplate(
  { InputPathsMap = {}, InputTemplate }: NonNullable<TargetInput["InputTransformer"]>,
  event: Event,
  rule: RuleName,
): string {
  const { detail: _detail, "detail-type": detailType, ...members } = event;
  const valueOf = (name: string): unknown => {
    switch (name) {
      case "aws.events.rule-arn":
        return rule.arn;
      case "aws.events.rule-name":
        return rule.name;
      case "aws.events.event.ingestion-time":
        return event.time;
      case "aws.events.event":
        return { ...members, detailType };
      case "aws.events.event.json":
        return event;
      default:
        return select(event, InputPathsMap[name]);
    }
  };
  const isText = !/^\s*[{[]/.test(InputTemplate);
  let filled = "";
  let end = 0;
  for (const match of InputTemplate.matchAll(placeholder)) {
    filled += InputTemplate.slice(end, match.index);
    end = match.index + match[0].length;
    const value = valueOf(match[1]);
    // Between quotes stands text, elsewhere JSON. What the event does not have leaves nothing behind.
    const json = JSON.stringify(value ?? "");
    if (!insideQuotes(InputTemplate.slice(0, match.index))) filled += json;
    else if (typeof value === "string" || value === undefined) filled += json.slice(1, -1);
    // Lists and objects lose their quotes in a text; in JSON they stay, and what comes of it is no JSON (seen in recorded runs).
    else filled += isText ? json.replaceAll('"', "") : json;
  }
  filled += InputTemplate.slice(end);
  if (!isText && !isJson(filled))
    throw new AwsError("InvalidInput", `The input template gives no JSON for this event: ${filled}`);
  return filled;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function insideQuotes(before: string): boolean {
  return (before.replace(/\\./g, "").match(/"/g)?.length ?? 0) % 2 === 1;
}

/** The part of a value at a path of names and indices, e.g. `$.detail.items[0].key`; `[*]` takes all elements. */
export function select(value: unknown, path: string): unknown {
  let found = [value];
  let several = false;
  for (const step of steps(path)) {
    if (step === "*") {
      several = true;
      found = found.flatMap((item) => (Array.isArray(item) ? (item as unknown[]) : []));
    } else {
      found = found.flatMap((item) =>
        typeof item === "object" && item !== null && Object.hasOwn(item, step)
          ? [(item as Record<string, unknown>)[step]]
          : [],
      );
    }
  }
  return several ? found : found[0];
}

function steps(path: string): string[] {
  if (!/^\$(\.[\w/-]+|\[(\d+|\*)\])*$/.test(path)) {
    throw new AwsError("ValidationException", `${path} is no path of names and indices such as $.detail.items[0].`);
  }
  return [...path.matchAll(/\.([\w/-]+)|\[(\d+|\*)\]/g)].map(([, name, index]) => name ?? index);
}
