/**
 * Takes apart bodies that come in signed or checksummed chunks. S3 documentation, "Signature calculations for the
 * Authorization header: transferring payload in multiple chunks" and "… including trailing headers".
 */
import { Transform, type TransformCallback } from "node:stream";
import { AwsError } from "../api";

/** Decodes `aws-chunked` and hands the trailing headers to `onTrailers` before the stream ends. */
export class AwsChunkedDecoder extends Transform {
  private pending: Buffer = Buffer.alloc(0);
  private state: "size" | "data" | "data-end" | "trailers" = "size";
  private remaining = 0;
  private readonly trailers: Record<string, string> = {};

  constructor(private readonly onTrailers: (trailers: Readonly<Record<string, string>>) => void) {
    super();
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.pending = this.pending.length === 0 ? chunk : Buffer.concat([this.pending, chunk]);
    try {
      while (this.step());
      done();
    } catch (error) {
      done(error as Error);
    }
  }

  override _flush(done: TransformCallback): void {
    // The last chunk may come without the empty line after the trailers.
    if (this.state === "trailers" && this.pending.length > 0) this.trailer(this.pending.toString("latin1").trim());
    const whole = this.state === "trailers";
    this.onTrailers(this.trailers);
    done(whole ? null : new AwsError("IncompleteBody", "The body ended before its last chunk."));
  }

  /** Takes the next piece of what is pending; false if there is not enough of it. */
  private step(): boolean {
    if (this.state === "data") {
      const taken = this.pending.subarray(0, this.remaining);
      if (taken.length === 0) return false;
      this.push(taken);
      this.pending = this.pending.subarray(taken.length);
      this.remaining -= taken.length;
      if (this.remaining === 0) this.state = "data-end";
      return true;
    }
    const end = this.pending.indexOf("\r\n");
    if (end < 0) return false;
    const line = this.pending.subarray(0, end).toString("latin1");
    this.pending = this.pending.subarray(end + 2);
    if (this.state === "data-end") {
      if (line !== "") throw new AwsError("InvalidRequest", "A chunk of the body is longer than it says.");
      this.state = "size";
    } else if (this.state === "size") {
      const size = /^([0-9a-fA-F]+)(;.*)?$/.exec(line);
      if (!size) throw new AwsError("InvalidRequest", "A chunk of the body has no size.");
      this.remaining = parseInt(size[1], 16);
      this.state = this.remaining === 0 ? "trailers" : "data";
    } else {
      this.trailer(line);
    }
    return true;
  }

  private trailer(line: string): void {
    const colon = line.indexOf(":");
    if (colon > 0) this.trailers[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim();
  }
}
