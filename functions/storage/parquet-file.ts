/** Reads a Parquet object by ranged requests: its footer, and whether its data can be read. */
import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { AsyncBuffer, Compressors, FileMetaData, ParquetParsers } from "hyparquet" with {
  "resolution-mode": "import",
};
import { fault } from "../invocation/fault";

/** What a footer says. */
export interface ParquetFooter {
  readonly rows: number;
  /** Top-level columns; `physicalType` is absent for nested ones. */
  readonly columns: readonly { readonly name: string; readonly physicalType?: string }[];
}

/** A Parquet object: its size in bytes and, to be sure it is still the same, its ETag. */
export interface ParquetObject {
  readonly key: string;
  readonly size: number;
  readonly etag?: string;
}

/** Most values of a column in one row group that a function's memory is sure to hold; writers make a million at most. */
const MOST_VALUES = 4_000_000;

/**
 * Reads the footer of `s3://bucket/key`, in one or two requests.
 *
 * @throws `FileNotParquet` if it is not a Parquet file or is cut short
 */
export async function readParquetFooter(s3: S3Client, bucket: string, object: ParquetObject): Promise<ParquetFooter> {
  return (await openParquet(s3, bucket, object)).footer;
}

/** The first rows of a Parquet file that Athena wrote, by column. */
export async function readParquetRows(
  s3: S3Client,
  bucket: string,
  object: ParquetObject,
  count: number,
): Promise<Record<string, unknown>[]> {
  return (await openParquet(s3, bucket, object)).rows(count);
}

/** A Parquet file whose footer was read. */
export interface ParquetFile {
  readonly footer: ParquetFooter;
  /** The first rows, by column. */
  rows(count: number): Promise<Record<string, unknown>[]>;
  /**
   * Reads the data of some columns, so that no reader is the first to find a page damaged. Columns in a codec that this
   * Node.js has not (LZ4; ZSTD before Node.js 22.15), and row groups of over 4 million values, are left to the engine.
   *
   * @throws `FileNotParquet` naming a column that cannot be read
   */
  requireReadable(columns: readonly string[]): Promise<void>;
}

/** Opens `s3://bucket/key`. @throws `FileNotParquet` as {@link readParquetFooter} */
export async function openParquet(s3: S3Client, bucket: string, object: ParquetObject): Promise<ParquetFile> {
  const { key, size, etag } = object;
  let failure: unknown;
  const read = async (start: number, end: number): Promise<ArrayBuffer> => {
    const { Body } = await s3.send(
      new GetObjectCommand({
        Bucket: bucket,
        Key: key,
        Range: `bytes=${start}-${end - 1}`,
        IfMatch: etag ? `"${etag}"` : undefined,
      }),
    );
    const bytes = Body ? await Body.transformToByteArray() : new Uint8Array();
    return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  };
  const slice = async (start: number, end = size): Promise<ArrayBuffer> => {
    try {
      return await read(start, end);
    } catch (error) {
      failure = error;
      throw error;
    }
  };
  const notParquet = (found: string): Error =>
    fault("FileNotParquet", `s3://${bucket}/${key} is not a whole Parquet file (${found}); expected Apache Parquet.`);
  /** What could not be requested is not what is wrong with the file: a replaced file, a lost connection. */
  const reading = async <T>(work: () => Promise<T>, what = ""): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw failure ?? notParquet(what + (error as Error).message);
    }
  };

  // The shortest file has the magic word twice and the footer's length.
  if (size < 12) throw notParquet(`it has ${size} bytes`);
  const tail = Buffer.from(await slice(size - 4));
  if (tail.toString("latin1") !== "PAR1") throw notParquet(`it ends with ${JSON.stringify(tail.toString("latin1"))}`);

  // hyparquet is an ES module: a CommonJS closure can only import it while it runs.
  const { parquetMetadataAsync, parquetSchema } = await import("hyparquet");
  const file: AsyncBuffer = { byteLength: size, slice };
  const { metadata, columns } = await reading(async () => {
    const found = await parquetMetadataAsync(file, { initialFetchSize: 1 << 16 });
    return { metadata: found, columns: parquetSchema(found).children };
  });
  return {
    footer: {
      rows: Number(metadata.num_rows),
      columns: columns.map(({ element }) => ({ name: element.name, physicalType: element.type })),
    },
    rows: async (count) => {
      const { parquetReadObjects } = await import("hyparquet");
      return reading(() => parquetReadObjects({ file, metadata, rowEnd: Math.min(count, Number(metadata.num_rows)) }));
    },
    requireReadable: async (wanted) => {
      for (const column of wanted) {
        await reading(() => readColumn(file, metadata, column), `the data of its column ${column} cannot be read: `);
      }
    },
  };
}

/** Values are what they are in the file: only that they can be read counts. */
const parsers = Object.fromEntries(
  [
    ...["timestampFromMilliseconds", "timestampFromMicroseconds", "timestampFromNanoseconds", "dateFromDays"],
    ...["stringFromBytes", "geometryFromBytes", "geographyFromBytes"],
  ].map((name) => [name, (value: unknown) => value]),
) as unknown as ParquetParsers;

async function readColumn(file: AsyncBuffer, metadata: FileMetaData, column: string): Promise<void> {
  const { parquetRead } = await import("hyparquet");
  const compressors = await decompressors();
  let rowStart = 0;
  for (const group of metadata.row_groups) {
    const rowEnd = rowStart + Number(group.num_rows);
    const chunks = group.columns.flatMap(({ meta_data: chunk }) =>
      chunk?.path_in_schema[0] === column ? [chunk] : [],
    );
    const known = chunks.every(
      ({ codec, num_values: values }) =>
        (["UNCOMPRESSED", "SNAPPY"].includes(codec) || codec in compressors) && Number(values) <= MOST_VALUES,
    );
    if (known && rowEnd > rowStart) {
      await parquetRead({ file, metadata, columns: [column], rowStart, rowEnd, compressors, parsers });
    }
    rowStart = rowEnd;
  }
}

/** Codecs of this Node.js, beside the two that hyparquet has itself. */
async function decompressors(): Promise<Compressors> {
  const zlib = await import("node:zlib");
  const { gunzipSync, brotliDecompressSync } = zlib;
  const zstd = (zlib as { zstdDecompressSync?: (bytes: Uint8Array) => Uint8Array }).zstdDecompressSync;
  return {
    GZIP: (bytes) => gunzipSync(bytes),
    BROTLI: (bytes) => brotliDecompressSync(bytes),
    ...(zstd && { ZSTD: (bytes: Uint8Array) => zstd(bytes) }),
  };
}
