/** What both kinds of signed requests share: URLs that carry a signature, and forms that carry a signed policy. */
import { createHmac, timingSafeEqual } from "node:crypto";
import { AwsError, type Caller } from "../api";

/** What checking a signature needs to know. */
export interface Signing {
  /** The secret of an access key; undefined for a key whose secret is not known here. */
  secretOf(accessKeyId: string): string | undefined;
  /** Whose access key it is; nobody's for undefined. */
  callerOf(accessKeyId: string | undefined): Caller;
  now(): Date;
}

/** A server that knows no secret: it takes nothing that is signed in a URL or a form. */
export const noSigning: Signing = {
  secretOf: () => undefined,
  callerOf: () => ({ principalArn: "anonymous" }),
  now: () => new Date(),
};

/** The key with which version 4 signs. */
export function signingKey(secret: string, day: string, region: string, service: string): Buffer {
  return [day, region, service, "aws4_request"].reduce<Buffer>(
    (key, part) => hmac(key, part),
    Buffer.from(`AWS4${secret}`),
  );
}

/** HMAC-SHA256. */
export function hmac(key: Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

/** The secret of an access key. Throws `InvalidAccessKeyId` where it is not known. */
export function knownSecret(secretOf: Signing["secretOf"], accessKeyId: string): string {
  const secret = secretOf(accessKeyId);
  if (secret !== undefined) return secret;
  const message =
    `The secret of the access key ${accessKeyId} is not known here, so what it signs cannot be checked: ` +
    "presign with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY of the runtime's environment.";
  throw new AwsError("InvalidAccessKeyId", message, 403, { AWSAccessKeyId: accessKeyId });
}

/** Throws `SignatureDoesNotMatch` unless the signature is the one expected. */
export function requireSignature(expected: string, given = ""): void {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)];
  if (a.length === b.length && timingSafeEqual(a, b)) return;
  const message =
    "The request signature we calculated does not match the signature you provided. Check your key and signing method.";
  throw new AwsError("SignatureDoesNotMatch", message, 403);
}
