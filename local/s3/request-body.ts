/** The bytes of a request, out of their framing and checked against what the client says of them. */
import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { type Readable, Transform, type TransformCallback } from "node:stream";
import { AwsError } from "../api";
import { AwsChunkedDecoder } from "./aws-chunked";
import { checksum, checksumAlgorithms, type ChecksumAlgorithm, type StoredChecksum } from "./checksums";
import { notImplemented } from "./routes";

/** Largest XML document that is read, bytes: a list of 10,000 parts is below. */
const longestDocument = 4 * 1024 * 1024;

/** What has headers: a request, or the part of a form that stands for one. */
type Headed = Pick<IncomingMessage, "headers">;

/** One header, or undefined. */
export function header(request: Headed, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** The bytes of a body. They fail with AWS's error if they are not what headers or trailers say. */
export class RequestBody extends Transform {
  /** The checksum that the client gave, once all bytes are there and it was found right. */
  checksum: StoredChecksum | undefined;
  /** Headers after the body. */
  trailers: Readonly<Record<string, string>> = {};
  private readonly algorithm: ChecksumAlgorithm | undefined;
  private readonly sum: ReturnType<typeof checksum> | undefined;
  private readonly md5: ReturnType<typeof createHash> | undefined;
  private size = 0;

  constructor(
    private readonly request: Headed,
    private readonly expectedBytes: string | undefined,
  ) {
    super();
    this.algorithm = algorithmOf(request);
    this.sum = this.algorithm && checksum(this.algorithm);
    this.md5 = header(request, "content-md5") === undefined ? undefined : createHash("md5");
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.size += chunk.length;
    this.sum?.update(chunk);
    this.md5?.update(chunk);
    done(null, chunk);
  }

  override _flush(done: TransformCallback): void {
    const { algorithm, sum, md5, size, expectedBytes, request } = this;
    const name = `x-amz-checksum-${algorithm ?? ""}`;
    const expected = algorithm && (this.trailers[name] ?? header(request, name));
    if (expectedBytes !== undefined && size !== Number(expectedBytes)) {
      done(new AwsError("IncompleteBody", `You provided ${size} bytes, the header says ${expectedBytes}.`));
      return;
    }
    if (md5 && md5.digest("base64") !== header(request, "content-md5")) {
      done(new AwsError("BadDigest", "The Content-MD5 you specified did not match what we received."));
      return;
    }
    if (algorithm && sum && expected !== undefined) {
      const value = sum.digest();
      if (value !== expected) {
        done(new AwsError("BadDigest", `The ${algorithm} you specified did not match the calculated checksum.`));
        return;
      }
      this.checksum = { algorithm, value };
    }
    done();
  }
}

/** The algorithm of the checksum that a request brings, in a header or after its body. */
function algorithmOf(request: Headed): ChecksumAlgorithm | undefined {
  const trailers = (header(request, "x-amz-trailer") ?? "").toLowerCase().split(/[\s,]+/);
  const sums = [...Object.keys(request.headers), ...trailers].flatMap(
    (name) => /^x-amz-checksum-(?!algorithm$|mode$|type$)(.+)$/.exec(name)?.[1] ?? [],
  );
  const wanted = header(request, "x-amz-sdk-checksum-algorithm");
  if (wanted !== undefined && sums.length === 0) {
    throw new AwsError(
      "InvalidRequest",
      "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.",
    );
  }
  const known = checksumAlgorithms.find((algorithm) => sums.includes(algorithm));
  if (sums.length > 0 && !known) throw notImplemented(`The local S3 has no checksum ${sums.join(", ")}.`);
  return known;
}

/** The body as a stream. */
export function requestBody(request: IncomingMessage): RequestBody {
  const chunked =
    /aws-chunked/.test(header(request, "content-encoding") ?? "") ||
    /^STREAMING-/.test(header(request, "x-amz-content-sha256") ?? "");
  const body = new RequestBody(request, header(request, chunked ? "x-amz-decoded-content-length" : "content-length"));
  // Who reads the body hears of its errors; a request that was refused has no reader, and must not end the process.
  body.on("error", () => undefined);
  const fail = (error: Error): void => void body.destroy(error);
  request.once("error", fail);
  if (!chunked) return request.pipe(body);
  const decoder = new AwsChunkedDecoder((found) => (body.trailers = found));
  decoder.once("error", fail);
  return request.pipe(decoder).pipe(body);
}

/** A small body, such as an XML document. */
export async function requestText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of requestBody(request) as Readable) {
    size += (chunk as Buffer).length;
    if (size > longestDocument) throw new AwsError("MaxMessageLengthExceeded", "Your request was too large.");
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString("utf8");
}
