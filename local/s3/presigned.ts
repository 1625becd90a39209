/**
 * URLs that carry a signature, and with it the rights of who signed. Whoever has one may use it as it is: another method, key or
 * time is another signature. S3 API reference, "Authenticating requests: using query parameters (AWS Signature Version 4)" and
 * "Signing and authenticating REST requests (AWS Signature Version 2)".
 */
import { createHash, createHmac } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { AwsError } from "../api";
import { hmac, knownSecret, requireSignature, signingKey, type Signing } from "./signing";

type SecretsAndTime = Pick<Signing, "secretOf" | "now">;
type Request = Pick<IncomingMessage, "method" | "url" | "headers">;

/** Longest life of a URL, seconds. */
const longestLife = 604_800;

/** Sub-resources that version 2 signs. */
const signedParameters = new Set([
  ...["acl", "cors", "delete", "lifecycle", "location", "logging", "notification", "partNumber", "policy"],
  ...["requestPayment", "restore", "tagging", "torrent", "uploadId", "uploads", "versionId", "versioning", "versions"],
  ...["website", "attributes"],
  ...["cache-control", "content-disposition", "content-encoding", "content-language", "content-type", "expires"].map(
    (name) => `response-${name}`,
  ),
]);

/** Checks the signature and the time of a presigned URL; other requests pass. Throws as S3 answers. */
export function checkPresigned(request: Request, signing: SecretsAndTime): void {
  const [path, search = ""] = (request.url ?? "/").split("?", 2);
  const query = [...new URLSearchParams(search)];
  const of = (name: string): string | undefined =>
    query.find(([found]) => found.toLowerCase() === name.toLowerCase())?.[1];
  if (of("X-Amz-Signature") !== undefined) checkVersion4(request, path, query, of, signing);
  else if (of("AWSAccessKeyId") !== undefined) checkVersion2(request, path, query, of, signing);
}

type Query = readonly (readonly [string, string])[];

function checkVersion4(
  { method = "GET", headers }: Request,
  path: string,
  query: Query,
  of: (name: string) => string | undefined,
  { secretOf, now }: SecretsAndTime,
): void {
  const [scope = "", date = "", life = "", signed = ""] = ["Credential", "Date", "Expires", "SignedHeaders"].map(
    (name) => of(`X-Amz-${name}`),
  );
  const begin = Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
  const seconds = Number(life);
  if (Number.isNaN(begin) || !/^\d+$/.test(life) || seconds < 1 || seconds > longestLife) {
    const message = `X-Amz-Date must be a time, and X-Amz-Expires 1 to ${longestLife} seconds.`;
    throw new AwsError("AuthorizationQueryParametersError", message);
  }
  const [accessKeyId, day = "", region = "", service = "", end = ""] = scope.split("/");
  const secret = knownSecret(secretOf, accessKeyId);
  const signedNames = signed.split(";");
  const unsigned = Object.keys(headers).filter((name) => name.startsWith("x-amz-") && !signedNames.includes(name));
  if (unsigned.length > 0) {
    const message = "There were headers present in the request which were not signed";
    throw new AwsError("AccessDenied", message, 403, { HeadersNotSigned: unsigned.join(", ") });
  }
  const canonical = [
    method,
    path
      .split("/")
      .map((step) => encode(decode(step)))
      .join("/"),
    query
      .filter(([name]) => name !== "X-Amz-Signature")
      .map(([name, value]) => `${encode(name)}=${encode(value)}`)
      .sort()
      .join("&"),
    ...signedNames.map(
      (name) =>
        `${name}:${String(headers[name] ?? "")
          .trim()
          .replace(/ +/g, " ")}`,
    ),
    "",
    signed,
    of("X-Amz-Content-Sha256") ?? "UNSIGNED-PAYLOAD",
  ].join("\n");
  const text = ["AWS4-HMAC-SHA256", date, [day, region, service, end].join("/"), sha256(canonical)].join("\n");
  requireSignature(hmac(signingKey(secret, day, region, service), text).toString("hex"), of("X-Amz-Signature"));
  checkTime(now(), new Date(begin + seconds * 1000));
}

function checkVersion2(
  { method = "GET", headers }: Request,
  path: string,
  query: Query,
  of: (name: string) => string | undefined,
  { secretOf, now }: SecretsAndTime,
): void {
  const expires = of("Expires") ?? "";
  if (!/^\d+$/.test(expires))
    throw new AwsError(
      "AccessDenied",
      "Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters",
      403,
    );
  const secret = knownSecret(secretOf, of("AWSAccessKeyId") ?? "");
  const amazons = [...Object.entries(headers), ...query.filter(([name]) => name.startsWith("x-amz-"))]
    .filter(([name]) => name.startsWith("x-amz-"))
    .map(([name, value]) => `${name}:${String(value)}\n`)
    .sort()
    .join("");
  const parameters = query
    .filter(([name]) => signedParameters.has(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => (value === "" ? name : `${name}=${value}`))
    .join("&");
  const text = [
    method,
    headers["content-md5"] ?? "",
    headers["content-type"] ?? "",
    expires,
    `${amazons}${path}${parameters && `?${parameters}`}`,
  ].join("\n");
  requireSignature(createHmac("sha1", secret).update(text).digest("base64"), of("Signature"));
  checkTime(now(), new Date(Number(expires) * 1000));
}

function checkTime(now: Date, expires: Date): void {
  if (now <= expires) return;
  throw new AwsError("AccessDenied", "Request has expired", 403, { Expires: expires, ServerTime: now });
}

function decode(step: string): string {
  try {
    return decodeURIComponent(step);
  } catch {
    throw new AwsError("InvalidURI", "Couldn't parse the specified URI.");
  }
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
