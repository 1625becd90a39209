/** The bytes of a request, out of their framing and checked against what the client says of them. */
import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { type Readable, Transform } from "node:stream";
import { AwsError } from "../api";
import { AwsChunkedDecoder } from "./aws-chunked";
import { checksum, checksumAlgorithms } from "./checksums";

/** One header, or undefined. */
export function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** The body as a stream that fails with AWS's error if it is not what its headers or trailers say. */
export function requestBody(request: IncomingMessage): Readable {
  let trailers: Readonly<Record<string, string>> = {};
  const chunked =
    /aws-chunked/.test(header(request, "content-encoding") ?? "") ||
    /^STREAMING-/.test(header(request, "x-amz-content-sha256") ?? "");
  const expectedBytes = header(request, chunked ? "x-amz-decoded-content-length" : "content-length");
  const named = `${header(request, "x-amz-trailer") ?? ""} ${Object.keys(request.headers).join(" ")}`.toLowerCase();
  const algorithm = checksumAlgorithms.find((name) => new RegExp(`x-amz-checksum-${name}(?![a-z0-9])`).test(named));
  const sum = algorithm && checksum(algorithm);
  const contentMd5 = header(request, "content-md5");
  const md5 = contentMd5 ? createHash("md5") : undefined;
  let size = 0;

  const verify = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      sum?.update(chunk);
      md5?.update(chunk);
      done(null, chunk);
    },
    flush(done) {
      const expected =
        algorithm && (trailers[`x-amz-checksum-${algorithm}`] ?? header(request, `x-amz-checksum-${algorithm}`));
      if (expectedBytes !== undefined && size !== Number(expectedBytes)) {
        done(new AwsError("IncompleteBody", `You provided ${size} bytes, the header says ${expectedBytes}.`));
      } else if (md5 && md5.digest("base64") !== contentMd5) {
        done(new AwsError("BadDigest", "The Content-MD5 you specified did not match what we received."));
      } else if (sum && expected !== undefined && sum.digest() !== expected) {
        done(new AwsError("BadDigest", `The ${algorithm ?? ""} you specified did not match the calculated checksum.`));
      } else done();
    },
  });
  // Who reads the body hears of its errors; a request that was refused has no reader, and must not end the process.
  verify.on("error", () => undefined);
  const fail = (error: Error): void => void verify.destroy(error);
  request.once("error", fail);
  if (!chunked) return request.pipe(verify);
  const decoder = new AwsChunkedDecoder((found) => (trailers = found));
  decoder.once("error", fail);
  return request.pipe(decoder).pipe(verify);
}

/** A small body, such as an XML document. */
export async function requestText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of requestBody(request)) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}
