/** What tests of landing share: files, and what the function may do. */
import { DuckDBInstance } from "@duckdb/node-api";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PipelinePlaces } from "../../../infra/pipeline/places";
import { bucket } from "../../model/storage";

const tablePlace = (table: string) => ({ database: "db", table, bucket, prefix: `db/${table}/` });

/** A pipeline `p` that lands files of the source `s` into `db.dated` and `db.whole`. */
export const landingPlaces: PipelinePlaces = {
  ...{
    pipeline: "p",
    source: "s",
    after: [],
    latest: [],
    manifests: [],
    stateMachine: "m",
    landing: bucket,
    assets: bucket,
  },
  ...{
    landed: ["dated", "whole"].map(tablePlace),
    published: [],
    replaced: [],
    checked: [],
    compared: [],
    checkReads: [],
    converted: [],
  },
  ...{ renders: false, read: [] },
};

/** Bytes of a Parquet file with the rows of a query. */
export async function parquet(query: string, codec = "snappy"): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), "tributary-land-"));
  const database = await DuckDBInstance.create();
  const connection = await database.connect();
  try {
    await connection.run(`COPY (${query}) TO '${join(folder, "f.parquet")}' (FORMAT parquet, COMPRESSION ${codec})`);
    return readFileSync(join(folder, "f.parquet"));
  } finally {
    connection.closeSync();
    database.closeSync();
    rmSync(folder, { recursive: true, force: true });
  }
}
