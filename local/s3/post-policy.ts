/**
 * The policy that a form carries: what may be uploaded with it, and until when. S3 API reference, "POST Policy" (Signature
 * Version 4). Pure.
 */
import { z } from "zod";
import { AwsError } from "../api";
import { readJson } from "../read-json";

/** Fields of a form by name, in lower case: names differ by more than case. */
export type FormFields = ReadonlyMap<string, string>;

const text = z.union([z.string(), z.number().transform(String)]);
const size = z.coerce.number().int().nonnegative();
const policyDocument = z.strictObject({
  expiration: z.iso.datetime(),
  conditions: z.array(
    z.union([
      z.tuple([z.literal("content-length-range"), size, size]),
      z.tuple([z.enum(["eq", "starts-with"]), z.string().startsWith("$"), text]),
      z.record(z.string(), text).refine((pairs) => Object.keys(pairs).length === 1),
    ]),
  ),
});

/** A condition of a policy, with what it says as the client wrote it. */
type Condition = z.infer<typeof policyDocument>["conditions"][number];

/** Fields that no condition has to name. */
const unnamed = /^(x-amz-signature|signature|awsaccesskeyid|file|policy|x-ignore-.*)$/;

/** Bytes that a policy lets a file have. */
export interface SizeBounds {
  readonly least: number;
  readonly most: number;
}

/**
 * Checks what a form says against its policy, and returns how large its file may be.
 *
 * @param fields the form's, with its bucket
 * @throws `InvalidPolicyDocument`; `AccessDenied` for what has expired, a condition that does not hold, a field that no condition names
 */
export function requirePolicy(policy: string, fields: FormFields, now: Date): SizeBounds {
  const { expiration, conditions } = readPolicy(policy);
  if (now > new Date(expiration)) throw against("Policy expired.");
  const bounds = { least: 0, most: Infinity };
  const named = new Set<string>(["bucket"]);
  for (const condition of conditions) {
    if (Array.isArray(condition) && condition[0] === "content-length-range") {
      bounds.least = Math.max(bounds.least, condition[1]);
      bounds.most = Math.min(bounds.most, condition[2]);
      continue;
    }
    const [kind, name, value] = matching(condition);
    named.add(name);
    const given = fields.get(name) ?? "";
    if (!holds(kind, name, given, value)) throw against(`Policy Condition failed: ${JSON.stringify(condition)}`);
  }
  const extra = [...fields.keys()].filter((name) => !named.has(name) && !unnamed.test(name));
  if (extra.length > 0) throw against(`Extra input fields: ${extra.join(", ")}`);
  return bounds;
}

/** What the files of a form may have in bytes, checked once its size is known. */
export function requireSize(bytes: number, { least, most }: SizeBounds): void {
  if (bytes > most) {
    const about = { ProposedSize: bytes, MaxSizeAllowed: most };
    throw new AwsError("EntityTooLarge", "Your proposed upload exceeds the maximum allowed size", 400, about);
  }
  if (bytes < least) {
    const about = { ProposedSize: bytes, MinSizeAllowed: least };
    throw new AwsError("EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size", 400, about);
  }
}

function readPolicy(policy: string): z.infer<typeof policyDocument> {
  const invalid = (why: string): AwsError => new AwsError("InvalidPolicyDocument", `Invalid Policy: ${why}`);
  try {
    const found = policyDocument.safeParse(readJson(Buffer.from(policy, "base64").toString("utf8")));
    if (found.success) return found.data;
    const [{ path, message }] = found.error.issues;
    throw invalid(`${path.join(".")}: ${message}`);
  } catch (error) {
    throw error instanceof AwsError ? error : invalid("Invalid JSON.");
  }
}

/** What a condition asks of which field: a pair of name and value is an exact match. */
function matching(
  condition: Exclude<Condition, ["content-length-range", number, number]>,
): readonly ["eq" | "starts-with", string, string] {
  if (Array.isArray(condition)) return [condition[0], condition[1].slice(1).toLowerCase(), condition[2]];
  const [[name, value]] = Object.entries(condition);
  return ["eq", name.toLowerCase(), value];
}

/** Several content types in one field, divided by commas, hold each. "Condition matching" of the page. */
function holds(kind: "eq" | "starts-with", name: string, given: string, value: string): boolean {
  if (kind === "eq") return given === value;
  const each = name === "content-type" ? given.split(",").map((type) => type.trim()) : [given];
  return each.every((one) => one.startsWith(value));
}

function against(why: string): AwsError {
  return new AwsError("AccessDenied", `Invalid according to Policy: ${why}`, 403);
}
