/**
 * Wildcards, policy variables and principals: whether what a policy says means what a request has.
 */
import { rootOf } from "./arns";
import { takes, type Step } from "./wildcards";

/** A list of patterns, or everything but them (`NotAction`, `NotResource`). */
export interface Patterns {
  readonly except: boolean;
  readonly patterns: readonly string[];
}

/** Whom a statement of a resource or trust policy is about; `except` for `NotPrincipal`. */
export interface Principals {
  readonly except: boolean;
  /** `"*"` or `{ "AWS": "*" }`. */
  readonly everyone: boolean;
  /** ARNs; a bare account id is written as the ARN of the account's root. */
  readonly aws: readonly string[];
  /** e.g. `lambda.amazonaws.com`. */
  readonly services: readonly string[];
}

/** Condition keys of a request and their values. Names are compared without case: use {@link contextOf}. */
export type Context = ReadonlyMap<string, string | readonly string[]>;

/** The request's context with key names in lower case, as they are looked up. */
export function contextOf(keys: Readonly<Record<string, string | readonly string[] | undefined>>): Context {
  return new Map(
    Object.entries(keys).flatMap(([key, value]) => (value === undefined ? [] : [[key.toLowerCase(), value] as const])),
  );
}

/** Part of a pattern: text that stands for itself, or a wildcard. */
type Piece = { readonly literal: string } | { readonly wildcard: "*" | "?" };

/**
 * Reads a pattern. With `variables`, `${key}` is replaced by the key's value, in which `*` and `?` are no wildcards;
 * `${key, 'default'}` has a default; `${*}`, `${?}` and `${$}` are those characters. Undefined when a key without default is
 * absent or has several values. User guide: "IAM policy elements: Variables and tags".
 */
export function readPattern(pattern: string, variables: Context | undefined): readonly Piece[] | undefined {
  const pieces: Piece[] = [];
  for (const [part] of pattern.matchAll(/\$\{[^}]*\}|[*?]|(?:(?!\$\{[^}]*\})[^*?])+/g)) {
    if (part === "*" || part === "?") pieces.push({ wildcard: part });
    else if (!variables || !part.startsWith("${")) pieces.push(...plainPieces(part));
    else {
      const value = valueOf(part.slice(2, -1), variables);
      if (value === undefined) return undefined;
      pieces.push({ literal: value });
    }
  }
  return pieces;
}

/** `${*}` in a policy without variables is text with a wildcard in it. */
function plainPieces(text: string): Piece[] {
  return text
    .split(/([*?])/)
    .filter(Boolean)
    .map((part) => (part === "*" || part === "?" ? { wildcard: part } : { literal: part }));
}

function valueOf(variable: string, variables: Context): string | undefined {
  if (/^[*?$]$/.test(variable)) return variable;
  const [, key, fallback] = /^\s*([^,\s]+)\s*(?:,\s*'([^']*)')?\s*$/.exec(variable) ?? [];
  const value = key === undefined ? undefined : variables.get(key.toLowerCase());
  return typeof value === "string" ? value : fallback;
}

/** The pattern as text in which wildcards stand for themselves, for operators that know none. */
export function textOf(pieces: readonly Piece[]): string {
  return pieces.map((piece) => ("literal" in piece ? piece.literal : piece.wildcard)).join("");
}

/** Whether a text is of a pattern's form; `*` is any characters, `?` is one. */
export function matchesText(pieces: readonly Piece[], text: string): boolean {
  return takes(
    pieces.flatMap((piece) => ("literal" in piece ? piece.literal.split("") : wildcard(piece, true))),
    text,
  );
}

/**
 * Whether an ARN is of a pattern's form. Its first five segments, up to the colons, are compared one by one; what follows
 * may have colons and is compared as a whole. With `spanning`, a `*` at the end of a segment also stands for further segments,
 * as in `Resource` ("IAM JSON policy elements: Resource"), but not in conditions.
 */
export function matchesArn(pieces: readonly Piece[], arn: string, spanning: boolean): boolean {
  let colons = 0;
  const steps = pieces.flatMap((piece, index): Step[] => {
    if ("literal" in piece) {
      colons += piece.literal.split(":").length - 1;
      return piece.literal.split("");
    }
    const next = pieces[index + 1];
    const ends = next === undefined || ("literal" in next && next.literal.startsWith(":"));
    return [wildcard(piece, colons >= 5 || (spanning && piece.wildcard === "*" && ends))];
  });
  return takes(steps, arn);
}

function wildcard(piece: { readonly wildcard: "*" | "?" }, colons: boolean): Step {
  return { many: piece.wildcard === "*", colons };
}

/** Whether a statement is about an action; case does not matter. */
export function matchesAction({ except, patterns }: Patterns, action: string): boolean {
  return patterns.some((pattern) => isAction(pattern, action)) !== except;
}

/** Whether one pattern such as `s3:Get*` covers an action. */
export function isAction(pattern: string, action: string): boolean {
  return matchesText(readPattern(pattern.toLowerCase(), undefined) ?? [], action.toLowerCase());
}

/**
 * Whether a statement is about a resource. A pattern whose variable has no value is about nothing; a `NotResource` with
 * one makes the whole statement void.
 */
export function matchesResource(
  { except, patterns }: Patterns,
  resource: string,
  variables: Context | undefined,
): boolean {
  const read = patterns.map((pattern) => readPattern(pattern, variables));
  if (except && read.includes(undefined)) return false;
  const covered = read.some((pieces) => pieces && (textOf(pieces) === "*" || matchesArn(pieces, resource, true)));
  return covered !== except;
}

/** Who makes a request. */
export interface Principal {
  /** ARN of the role, or of the account's root. For a service: of the resource for which it acts. */
  readonly arn: string;
  readonly account: string;
  /** e.g. `events.amazonaws.com`, when the service calls on its own behalf. */
  readonly service?: string;
}

/**
 * How a policy's principals include the caller: by name; as everyone; or as its whole account, which by itself grants nothing
 * but lets the account's identity policies grant ("AWS JSON policy elements: Principal", AWS account principals).
 */
export type Inclusion = "named" | "everyone" | "account";

/** Whether and how the statement's principals include the caller, `NotPrincipal` apart. */
export function inclusionOf(principals: Principals, { arn, account, service }: Principal): Inclusion | undefined {
  if (service !== undefined && principals.services.includes(service)) return "named";
  if (service === undefined && principals.aws.includes(arn)) return "named";
  if (principals.everyone) return "everyone";
  return service === undefined && principals.aws.includes(rootOf(account)) ? "account" : undefined;
}

/**
 * Whether `NotPrincipal` leaves the caller out of a Deny. For a role, both the role and its account must be listed; a role with
 * a permissions boundary is denied whatever is listed ("AWS JSON policy elements: NotPrincipal").
 */
export function exempted(principals: Principals, caller: Principal, hasBoundary: boolean): boolean {
  if (hasBoundary) return false;
  const inclusion = inclusionOf(principals, caller);
  if (inclusion !== "named") return inclusion === "everyone";
  return caller.service !== undefined || principals.aws.includes(rootOf(caller.account));
}
