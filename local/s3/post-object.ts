/**
 * PostObject: a form that puts an object, as programs send it to a URL that was signed for them. S3 API reference, "POST Object"
 * and "Creating an HTML form (using AWS Signature Version 4)".
 */
import { createHmac } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { Transform, type Readable } from "node:stream";
import { Busboy, type BusboyFileStream } from "@fastify/busboy";
import { AwsError, type Caller } from "../api";
import { requirePolicy, requireSize, type FormFields, type SizeBounds } from "./post-policy";
import { isAmazons, members, metadata, placeOf } from "./read-request";
import { header, RequestBody } from "./request-body";
import { notImplemented } from "./routes";
import { hmac, knownSecret, requireSignature, signingKey, type Signing } from "./signing";

/** What all of a form but its file may have in bytes: the page's 20 KB. */
const longestFields = 20_000;

/** A form as a PutObject, and how its sender wants to be answered. */
export interface PostedObject {
  readonly caller: Caller;
  /** Input of PutObject. */
  readonly input: { readonly Bucket: string; readonly Key: string } & Record<string, unknown>;
  /** @default 204 */
  readonly status: 200 | 201 | 204;
  /** Where the sender goes from here, if it said so. */
  readonly redirect?: string;
}

/** Whether a request is a form for a bucket: a POST that nothing in its query or headers makes another operation. */
export function isForm({ method, url = "", headers }: Pick<IncomingMessage, "method" | "url" | "headers">): boolean {
  if (method !== "POST" || url.includes("?") || Object.keys(headers).some(isAmazons)) return false;
  const { bucket, key } = placeOf(url);
  return bucket !== "" && key === "";
}

/**
 * Reads a form up to its file, and checks its policy and signature. The file's bytes are still to be read: they fail if they are
 * not what the policy or the form's checksum says.
 */
export async function readPostedObject(request: IncomingMessage, signing: Signing): Promise<PostedObject> {
  const { bucket } = placeOf(request.url);
  const { fields, file, filename } = await openForm(request);
  const said = new Map([...fields].map(([name, value]) => [name, value.replaceAll("${filename}", filename)]));
  const key = said.get("key");
  if (key === undefined) {
    const order = "If it is specified, please check the order of the fields.";
    throw invalid(`Bucket POST must contain a field named 'key'.  ${order}`);
  }
  if (said.has("tagging")) throw notImplemented("The local S3's PostObject knows no field tagging.");
  const { caller, bounds } = authenticated(said, bucket, signing);
  const headers = new Map(
    [...said].map(([name, value]) => [name === "acl" ? "x-amz-acl" : name, value] as const).filter(isDescription),
  );
  const body = new RequestBody({ headers: Object.fromEntries(headers) }, undefined);
  relay(file, withinBounds(bounds), body);
  return {
    caller,
    input: {
      Bucket: bucket,
      Key: key,
      ...members("PostObject", headers, new Map(), []),
      ...metadata(headers),
      Body: body,
    },
    status: statusOf(said.get("success_action_status")),
    redirect: said.get("success_action_redirect") ?? said.get("redirect"),
  };
}

interface OpenForm {
  readonly fields: FormFields;
  readonly file: BusboyFileStream;
  /** As the client calls it, without folders. */
  readonly filename: string;
}

/** Reads the fields before the file; what comes after it is not looked at. */
function openForm(request: IncomingMessage): Promise<OpenForm> {
  const type = header(request, "content-type") ?? "";
  if (!/^multipart\/form-data\s*;.*boundary=/i.test(type)) {
    const condition = "Bucket POST must be of the enclosure-type multipart/form-data";
    const message = "At least one of the preconditions you specified did not hold";
    throw new AwsError("PreconditionFailed", message, 412, { Condition: condition });
  }
  return new Promise((resolve, reject) => {
    const fields = new Map<string, string>();
    let size = 0;
    const form = new Busboy({
      headers: { ...request.headers, "content-type": type },
      isPartAFile: (name) => name?.toLowerCase() === "file",
      limits: { fieldSize: longestFields, files: 1 },
    });
    form.on("field", (name, value) => {
      size += name.length + value.length;
      if (size > longestFields) {
        const message = "Your POST request fields preceding the upload file were too large.";
        reject(new AwsError("MaxPostPreDataLengthExceeded", message));
      }
      fields.set(name.toLowerCase(), value);
    });
    form.on("file", (_name, file, filename: string | undefined) => {
      // A sender that goes away ends the request, not what is made of it.
      request.once("error", (error) => file.destroy(error));
      resolve({ fields: new Map(fields), file, filename: filename ?? "" });
    });
    form.once("error", () => reject(malformed()));
    form.once("finish", () => reject(invalid("POST requires exactly one file upload per request.")));
    request.once("error", reject);
    request.pipe(form);
  });
}

/** Who sends the form and how large its file may be: without a policy nobody, who may do what is open to everyone. */
function authenticated(
  fields: FormFields,
  bucket: string,
  { secretOf, callerOf, now }: Signing,
): { readonly caller: Caller; readonly bounds: SizeBounds } {
  const policy = fields.get("policy");
  if (policy === undefined) return { caller: callerOf(undefined), bounds: { least: 0, most: Infinity } };
  const [version4, version2] = [fields.get("x-amz-credential"), fields.get("awsaccesskeyid")];
  const [accessKeyId, day = "", region = "", service = ""] = (version4 ?? version2 ?? "").split("/");
  const secret = knownSecret(secretOf, accessKeyId);
  if (version4 !== undefined) {
    const expected = hmac(signingKey(secret, day, region, service), policy).toString("hex");
    requireSignature(expected, fields.get("x-amz-signature"));
  } else {
    requireSignature(createHmac("sha1", secret).update(policy).digest("base64"), fields.get("signature"));
  }
  const bounds = requirePolicy(policy, new Map([...fields, ["bucket", bucket]]), now());
  return { caller: callerOf(accessKeyId), bounds };
}

/** Fields of the form itself: the others describe the object. */
const formFields = [
  ...["key", "policy", "signature", "awsaccesskeyid", "redirect", "success_action_redirect", "success_action_status"],
  ...["algorithm", "credential", "date", "signature", "security-token"].map((name) => `x-amz-${name}`),
];

function isDescription([name]: readonly [string, string]): boolean {
  return !formFields.includes(name) && !name.startsWith("x-ignore-");
}

/** Lets no more bytes through than a policy allows, and not fewer. */
function withinBounds(bounds: SizeBounds): Transform {
  let size = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      try {
        requireSize(size, { least: 0, most: bounds.most });
        done(null, chunk);
      } catch (error) {
        done(error as Error);
      }
    },
    flush(done) {
      try {
        requireSize(size, bounds);
        done();
      } catch (error) {
        done(error as Error);
      }
    },
  });
}

/** Pipes one stream into the next, so that what one fails with all that follow fail with. */
function relay(source: Readable, through: Transform, target: RequestBody): void {
  source.once("error", () => through.destroy(malformed()));
  through.once("error", (error) => target.destroy(error));
  target.on("error", () => undefined);
  source.pipe(through).pipe(target);
}

/** Any other status than these counts as none. */
function statusOf(text: string | undefined): 200 | 201 | 204 {
  return text === "200" ? 200 : text === "201" ? 201 : 204;
}

function malformed(): AwsError {
  const message = "The body of your POST request is not well-formed multipart/form-data.";
  return new AwsError("MalformedPOSTRequest", message);
}

function invalid(message: string): AwsError {
  return new AwsError("InvalidArgument", message);
}
