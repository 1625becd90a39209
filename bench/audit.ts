/**
 * Compares two ways to find what changed between two execution dates, on the local Athena and the same data: a self-join per
 * attribute, put together with UNION, and our one grouped scan. Prints time and bytes read for 1, 3, 5 and 20 attributes.
 *
 * @example npm run bench:audit
 */
import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { cpus } from "node:os";
import { dirname, join, resolve } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { changeSetQueries } from "../audit/change-set";
import { buildAuditConfig } from "../audit/build-config";
import { misreport } from "../cli/sample/misreport";
import { sampleFiles, sampleFolder } from "../cli/sample/files";
import { SAMPLE_COLUMNS } from "../cli/sample/schema";
import { AthenaWorld } from "../tests/local/athena/world";
import { selfJoins } from "./self-joins";

const dates = { execDate: "2024-11-09", priorDate: "2024-11-08" };
const grain = ["plant_id_eia", "emissions_unit_id_epa", "operating_datetime_utc"];
const attributeCounts = [1, 3, 5, 20];
const repetitions = 3;

/** The sample has 13 columns outside the grain; copies of its measurements make up for the rest. */
const copied = SAMPLE_COLUMNS.filter(({ glue }) => glue === "float").map(({ name, glue }) => ({
  name: `${name}_copy`,
  glue,
  of: name,
}));
const columns: Record<string, string> = Object.fromEntries(
  [...SAMPLE_COLUMNS, ...copied].map(({ name, glue }) => [name, glue]),
);
/** The one that changed comes first. */
const attributes = [
  "co2_mass_tons",
  ...Object.keys(columns).filter((name) => !grain.includes(name) && name !== "co2_mass_tons"),
];

/** A table with a partition of the original file and, for the date before, one with the misreported row. */
async function landSample(world: AthenaWorld): Promise<number> {
  const project = resolve(__dirname, "..");
  const original = (await sampleFiles(project)).find(({ state }) => state === "OH")?.file;
  if (original === undefined) throw new Error("There is no sample of Ohio.");
  const misreported = join(sampleFolder(project), "misreported", "epacems-1996-OH.parquet");
  if (!existsSync(misreported)) await misreport({ from: original, to: misreported });
  await world.table(
    "utility_data_oh",
    Object.entries(columns)
      .map(([name, type]) => `${name} ${type}`)
      .join("; "),
    "exec_date date",
  );
  for (const [date, file] of [
    [dates.execDate, original],
    [dates.priorDate, misreported],
  ]) {
    const key = `utility_data_oh/exec_date=${date}/data.parquet`;
    await world.call("s3", "PutObject", { Bucket: "lake", Key: key, Body: "" });
    const path = world.store.pathOf("lake", key);
    mkdirSync(dirname(path), { recursive: true });
    await withCopies(file, join(world.folder, "copy.parquet"));
    copyFileSync(join(world.folder, "copy.parquet"), path);
    await world.rows(`ALTER TABLE utility_data_oh ADD PARTITION (exec_date = '${date}')`);
  }
  const [[rows]] = await world.rows("SELECT count(*) FROM utility_data_oh WHERE exec_date = DATE '2024-11-09'");
  return Number(rows);
}

async function withCopies(from: string, to: string): Promise<void> {
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  const copies = copied.map(({ name, of }) => `${of} AS ${name}`).join(", ");
  await connection.run(`COPY (SELECT *, ${copies} FROM read_parquet('${from}')) TO '${to}' (FORMAT parquet)`);
  connection.disconnectSync();
}

interface Measured {
  readonly milliseconds: number;
  readonly bytes: number;
  readonly rows: number;
}

/** The best of some runs: what else the machine does only ever adds. */
async function measure(world: AthenaWorld, queries: readonly string[]): Promise<Measured> {
  let best: Measured | undefined;
  for (let repetition = 0; repetition < repetitions; repetition += 1) {
    const begun = performance.now();
    let bytes = 0;
    let rows = 0;
    for (const sql of queries) {
      const { id, Status, Statistics } = await world.execute(sql);
      if (Status.State !== "SUCCEEDED") throw new Error(`${Status.StateChangeReason}\n${sql}`);
      bytes += Statistics.DataScannedInBytes;
      rows += (await world.results(id)).length - 1;
    }
    const milliseconds = performance.now() - begun;
    if (!best || milliseconds < best.milliseconds) best = { milliseconds, bytes, rows };
  }
  if (!best) throw new Error("Nothing was measured.");
  return best;
}

async function main(): Promise<void> {
  const world = await new AthenaWorld().withLake();
  try {
    const rows = await landSample(world);
    const machine = `${cpus().length} cores, ${cpus()[0].model}`;
    print(
      `Two partitions of ${rows.toLocaleString("en")} rows, ${Object.keys(columns).length} columns; best of ${repetitions} runs; ${machine}.\n`,
    );
    print("attributes | self-joins: time     read | grouped scan: time     read | changes found");
    for (const count of attributeCounts) {
      const chosen = attributes.slice(0, count);
      const config = buildAuditConfig({
        specification: {
          grain,
          attributes: chosen,
          period: { column: "operating_datetime_utc", pattern: "timestamp" },
          pipeline: "usghgemission_monthly",
          timeGrain: "monthly",
        },
        columns,
        database: "db",
        table: "utility_data_oh",
        layer: "landing",
        audit: { database: "audit_db_dev", table: "audit" },
      });
      const joins = await measure(world, [selfJoins(config, dates)]);
      const scan = await measure(world, changeSetQueries(config, dates));
      const found = joins.rows === scan.rows ? `${scan.rows}` : `${joins.rows} and ${scan.rows}`;
      print(
        `${String(count).padStart(10)} | ${time(joins).padStart(16)} ${size(joins).padStart(8)} | ` +
          `${time(scan).padStart(18)} ${size(scan).padStart(8)} | ${found}`,
      );
    }
  } finally {
    await world.close();
  }
}

function time({ milliseconds }: Measured): string {
  return `${Math.round(milliseconds).toLocaleString("en")} ms`;
}

function size({ bytes }: Measured): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
