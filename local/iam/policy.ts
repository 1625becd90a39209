/**
 * IAM policy documents, checked as IAM checks them when they are put, and brought into one form for evaluation.
 */
import { z } from "zod";
import { AwsError } from "../api";
import { parseOperator, type Condition } from "./conditions";
import type { Patterns, Principals } from "./match";
import { readJson } from "../read-json";

/** What a policy is attached to: it decides which elements its statements may have. */
export type PolicyKind = "identity" | "resource" | "trust";

/** One statement. */
export interface Statement {
  readonly sid?: string;
  /** Position in the document, from 0. */
  readonly index: number;
  readonly effect: "Allow" | "Deny";
  /** Absent in identity policies: there it is the identity. */
  readonly principals?: Principals;
  readonly actions: Patterns;
  /** Absent where the policy's own resource is meant, as in trust policies. */
  readonly resources?: Patterns;
  /** All must hold. */
  readonly conditions: readonly Condition[];
}

/** A parsed policy document. */
export interface Policy {
  /** What people call it; appears in decisions. */
  readonly name: string;
  readonly kind: PolicyKind;
  /** Whether `${…}` stands for a value of the request: in version 2012-10-17 only. */
  readonly variables: boolean;
  readonly statements: readonly Statement[];
}

/** How a statement is named to people: its `Sid`, or its position such as `#0`. */
export function statementLabel({ sid, index }: Pick<Statement, "sid" | "index">): string {
  return sid || `#${index}`;
}

/**
 * Parses a policy document: JSON text, or the object it stands for.
 * Throws an {@link AwsError} `MalformedPolicyDocument` that names policy, statement and element.
 */
export function parsePolicy(document: unknown, kind: PolicyKind, name: string): Policy {
  const { Version, Statement } = checked(documentShape, fromJson(document, name), `Policy ${name}`);
  const list: unknown[] = Array.isArray(Statement) ? Statement : [Statement];
  const statements = list.map((raw, index) => parseStatement(raw, index, kind, name));
  const sids = statements.flatMap(({ sid }) => sid || []);
  const doubled = sids.find((sid, index) => sids.indexOf(sid) !== index);
  if (doubled) throw malformed(`Policy ${name}`, `has two statements with the Sid ${doubled}; give each its own.`);
  return { name, kind, variables: Version === "2012-10-17", statements };
}

const documentShape = z.strictObject({
  Version: z.enum(["2012-10-17", "2008-10-17"]).default("2008-10-17"),
  Id: z.string().optional(),
  Statement: z.unknown().refine((statement) => typeof statement === "object" && statement !== null, {
    error: "must be a statement or a list of statements",
  }),
});

const oneOrMore = z
  .union([z.string(), z.array(z.string())], "must be a string or a list of strings")
  .transform((value) => (typeof value === "string" ? [value] : value));

const actions = oneOrMore.refine(
  (each) => each.every((action) => /^(\*|[A-Za-z0-9-]+:[A-Za-z0-9*?]+)$/.test(action)),
  "must be * or <service>:<action> such as s3:Get*; the service cannot have a wildcard",
);

const resources = oneOrMore.refine(
  (each) => each.every((resource) => resource === "*" || resource.startsWith("arn:")),
  "must be * or an ARN",
);

// Federated principals never call here, since nobody signs in through another identity provider.
const principals = z.union(
  [z.literal("*"), z.partialRecord(z.enum(["AWS", "Service", "Federated"]), oneOrMore)],
  "must be * or an object of AWS, Service or Federated; canonical users are not supported",
);

const conditionValue = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const conditionValues = z
  .union([conditionValue, z.array(conditionValue)], "must be a string, number or boolean, or a list of them")
  .transform((value) => (typeof value === "string" ? [value] : value));

const statementShape = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(["Allow", "Deny"]),
  Principal: principals.optional(),
  NotPrincipal: principals.optional(),
  Action: actions.optional(),
  NotAction: actions.optional(),
  Resource: resources.optional(),
  NotResource: resources.optional(),
  Condition: z.record(z.string(), z.record(z.string(), conditionValues)).default({}),
});
type RawStatement = z.infer<typeof statementShape>;

function parseStatement(input: unknown, index: number, kind: PolicyKind, policy: string): Statement {
  const sid = (input as { Sid?: unknown } | null)?.Sid;
  const place = `Policy ${policy}, statement ${statementLabel({ sid: typeof sid === "string" ? sid : "", index })}`;
  const raw = checked(statementShape, input, place);
  for (const element of ["Action", "Resource", "Principal"] as const) {
    if (raw[element] && raw[`Not${element}`]) throw malformed(place, `has both ${element} and Not${element}.`);
  }
  if (!raw.Action && !raw.NotAction) throw malformed(place, "needs Action or NotAction.");
  checkKind(raw, kind, place);
  const resource = raw.Resource ?? raw.NotResource;
  return {
    sid: raw.Sid,
    index,
    effect: raw.Effect,
    principals: parsePrincipals(raw, place),
    actions: { except: !raw.Action, patterns: raw.Action ?? raw.NotAction ?? [] },
    resources: resource && { except: !raw.Resource, patterns: resource },
    conditions: Object.entries(raw.Condition).flatMap(([operator, keys]) => {
      const parsed = parseOperator(operator);
      if (!parsed) throw malformed(place, `has no valid condition operator in "${operator}".`);
      return Object.entries(keys).map(([key, values]) => ({ operator: parsed, key, values }));
    }),
  };
}

/** User guide, "IAM JSON policy elements": Principal, NotPrincipal, Resource say where they may stand. */
function checkKind(raw: RawStatement, kind: PolicyKind, place: string): void {
  const names = (element: "Principal" | "Resource") => raw[element] ?? raw[`Not${element}`];
  if (kind === "identity") {
    if (names("Principal")) throw malformed(place, "cannot have Principal: an identity policy is about its identity.");
    if (!names("Resource")) throw malformed(place, "needs Resource or NotResource.");
    return;
  }
  if (!names("Principal")) throw malformed(place, "needs Principal.");
  if (raw.NotPrincipal && raw.Effect === "Allow") throw malformed(place, "cannot have NotPrincipal with Effect Allow.");
  if (kind === "trust") {
    if (names("Resource")) throw malformed(place, "cannot have Resource: a trust policy is about its role.");
    if (raw.NotPrincipal) throw malformed(place, "cannot have NotPrincipal in a trust policy.");
  }
}

function parsePrincipals(raw: RawStatement, place: string): Principals | undefined {
  const given = raw.Principal ?? raw.NotPrincipal;
  if (!given) return undefined;
  const { AWS = [], Service = [] } = given === "*" ? { AWS: ["*"] } : given;
  for (const name of AWS) {
    if (!/^(\*|\d{12}|arn:aws:(iam|sts)::\d{12}:[^*?\s]+)$/.test(name)) {
      throw malformed(
        place,
        `has the invalid principal ${name}: AWS takes *, an account id, or the ARN of an account's root, a role, a ` +
          "session or a user, without wildcards (for those use aws:PrincipalArn in Condition).",
      );
    }
  }
  const service = Service.find((name) => !/^[a-z0-9.-]+\.amazonaws\.com$/.test(name));
  if (service)
    throw malformed(place, `has the invalid principal ${service}: Service takes names like s3.amazonaws.com.`);
  return {
    except: !raw.Principal,
    everyone: AWS.includes("*"),
    aws: AWS.map((name) => (/^\d+$/.test(name) ? `arn:aws:iam::${name}:root` : name)),
    services: Service,
  };
}

function fromJson(document: unknown, name: string): unknown {
  if (typeof document !== "string") return document;
  try {
    return readJson(document);
  } catch (error) {
    throw malformed(`Policy ${name}`, `is not JSON: ${(error as Error).message}`);
  }
}

function checked<T>(shape: z.ZodType<T>, input: unknown, place: string): T {
  const result = shape.safeParse(input);
  if (result.success) return result.data;
  const [{ path, message }] = result.error.issues;
  throw malformed(place, [path.join("."), message].filter(Boolean).join(": "));
}

function malformed(place: string, fault: string): AwsError {
  return new AwsError("MalformedPolicyDocument", `${place}${fault.includes(": ") ? ", " : " "}${fault}`, 400);
}
