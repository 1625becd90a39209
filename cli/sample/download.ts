/**
 * Fetches the real 1996 files of Ohio and Indiana from the public PUDL bucket: anonymous HTTPS, checked against the
 * published MD5 before a file takes its name.
 */
import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { CommandError } from "../command-error";
import { sampleFileName, type SampleState } from "./schema";

/** Folder of the files in the Public Utility Data Liberation project's bucket. */
const PUDL_FOLDER = "https://s3.us-west-2.amazonaws.com/pudl.catalyst.coop/v2022.11.30/hourly_emissions_epacems";

/** MD5 of each published file, hexadecimal. */
export const PUBLISHED_MD5: Readonly<Record<SampleState, string>> = {
  IN: "a2f3bc3e3cb99621a6b6f7d20440b6ec",
  OH: "606b9521ff74bfa050501f007082446b",
};

/** What to fetch from where. */
export interface Download {
  readonly state: SampleState;
  /** Folder for the file; made if it is not there. */
  readonly folder: string;
  /** URL of the folder to read from. @default {@link PUDL_FOLDER} */
  readonly from?: string;
  /** The MD5 that the file must have. @default the published one */
  readonly md5?: string;
  /** Called as bytes arrive; `total` is absent if the server does not say. */
  readonly onProgress?: (received: number, total: number | undefined) => void;
}

/** Fetches one file and returns its path. Throws {@link CommandError} if it cannot be had or is not what was published. */
export async function downloadSample(request: Download): Promise<string> {
  const { state, folder, from = PUDL_FOLDER, md5 = PUBLISHED_MD5[state], onProgress } = request;
  const url = `${from.replace(/\/+$/, "")}/${sampleFileName(state)}`;
  const file = join(folder, sampleFileName(state));
  const scratch = `${file}.${process.pid}.tmp`;
  const response = await openUrl(url);
  const length = Number(response.headers.get("content-length") ?? Number.NaN);
  const total = Number.isFinite(length) ? length : undefined;
  const hash = createHash("md5");
  let received = 0;
  const measure = new Transform({
    transform(chunk: Buffer, _encoding, next) {
      hash.update(chunk);
      received += chunk.length;
      onProgress?.(received, total);
      next(null, chunk);
    },
  });
  await mkdir(folder, { recursive: true });
  try {
    await pipeline(Readable.from(response.body), measure, createWriteStream(scratch));
    const found = hash.digest("hex");
    if (found !== md5) {
      throw new CommandError(
        `${url} has MD5 ${found} (${received} bytes); expected ${md5}. The file was not kept; \`npm start\` uses generated data instead.`,
      );
    }
    await rename(scratch, file);
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw unreachable(url, error);
  } finally {
    await rm(scratch, { force: true });
  }
  return file;
}

/** MD5 of a file, hexadecimal; undefined if there is no such file. */
export async function md5Of(file: string): Promise<string | undefined> {
  const hash = createHash("md5");
  try {
    await pipeline(createReadStream(file), hash);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  return hash.digest("hex");
}

async function openUrl(url: string): Promise<{ headers: Headers; body: AsyncIterable<Uint8Array> }> {
  let response: Response;
  try {
    response = await fetch(url, { signal: AbortSignal.timeout(10 * 60_000) });
  } catch (error) {
    throw unreachable(url, error);
  }
  if (!response.ok || !response.body) {
    throw new CommandError(`${url} answered ${response.status} ${response.statusText}; expected the file.`);
  }
  return { headers: response.headers, body: response.body as unknown as AsyncIterable<Uint8Array> };
}

/** `fetch` says only that it failed; what went wrong is in the cause. */
function unreachable(url: string, error: unknown): CommandError {
  const cause = (error as { cause?: unknown }).cause ?? error;
  const { code, message } = cause as { code?: string; message?: string };
  return new CommandError(
    `${url} cannot be read (${code ?? message ?? String(cause)}). \`npm start\` needs no download: it uses generated data of the same shape.`,
    { cause: error },
  );
}
