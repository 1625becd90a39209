/** Reads the footer of a Parquet object: its columns and its number of rows, in one or two ranged requests. */
import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { fault } from "../invocation/fault";

/** What a footer says. */
export interface ParquetFooter {
  readonly rows: number;
  /** Top-level columns; `physicalType` is absent for nested ones. */
  readonly columns: readonly { readonly name: string; readonly physicalType?: string }[];
}

/**
 * Reads the footer of `s3://bucket/key`.
 *
 * @param object its size in bytes and, to be sure it is still the same, its ETag
 * @throws `FileNotParquet` if it is not a Parquet file or is cut short
 */
export async function readParquetFooter(
  s3: S3Client,
  bucket: string,
  object: { readonly key: string; readonly size: number; readonly etag?: string },
): Promise<ParquetFooter> {
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

  // The shortest file has the magic word twice and the footer's length.
  if (size < 12) throw notParquet(`it has ${size} bytes`);
  const tail = Buffer.from(await slice(size - 4));
  if (tail.toString("latin1") !== "PAR1") throw notParquet(`it ends with ${JSON.stringify(tail.toString("latin1"))}`);

  // hyparquet is an ES module: a CommonJS closure can only import it while it runs.
  const { parquetMetadataAsync, parquetSchema } = await import("hyparquet");
  try {
    const metadata = await parquetMetadataAsync({ byteLength: size, slice }, { initialFetchSize: 1 << 16 });
    return {
      rows: Number(metadata.num_rows),
      columns: parquetSchema(metadata).children.map(({ element }) => ({
        name: element.name,
        physicalType: element.type,
      })),
    };
  } catch (error) {
    // What could not be read is not what is wrong with the file: a replaced file, a lost connection.
    if (failure !== undefined) throw failure;
    throw notParquet((error as Error).message);
  }
}
