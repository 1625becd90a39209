/** Measures the shapes of an audit on the local Athena, and the bare join in DuckDB beside it. */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { sampleFiles } from "../cli/sample/files";
import { AthenaWorld } from "../tests/local/athena/world";
import { changedTable, columns, dates, fullJoin, shapesOf, wideTable } from "./audit-shapes";
import { type Case, inMegabytes, inMilliseconds, interleaved, load, markdown, processorTime, ratio } from "./measure";

/** Where every row differs, there are 26 million changes of 40 attributes. */
const shares = [
  { share: "0.01 %", each: 10_000, counts: [1, 3, 11, 40] },
  { share: "1 %", each: 100, counts: [1, 3, 11] },
  { share: "100 %", each: 1, counts: [1, 3] },
];

interface Found {
  readonly bytes?: number;
}

/** The page's section. */
export async function auditSection(rounds: number): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  try {
    const connection = await (await DuckDBInstance.create(":memory:")).connect();
    // As the local Athena's: one thread, nothing kept of files.
    for (const setting of ["threads = 1", "enable_external_file_cache = false", "TimeZone = 'UTC'"]) {
      await connection.run(`SET ${setting}`);
    }
    const sample = (await sampleFiles(resolve(__dirname, ".."))).find(({ state }) => state === "OH");
    if (!sample) throw new Error("There is no sample of Ohio.");
    const current = join(folder, "current.parquet");
    await connection.run(`COPY (${wideTable(sample.file)}) TO '${current}' (FORMAT parquet)`);
    const begun = load();
    const rows: string[][] = [];
    for (const { share, each, counts } of shares) {
      const prior = join(folder, `prior-${each}.parquet`);
      await connection.run(`COPY (${changedTable(current, each)}) TO '${prior}' (FORMAT parquet)`);
      const world = await landed(current, prior);
      try {
        for (const count of counts)
          rows.push([share, String(count), ...(await row(world, connection, { current, prior, count, each, rounds }))]);
      } finally {
        await world.close();
      }
    }
    const table = markdown(
      [
        "changed",
        "attributes",
        "audit",
        "self-joins",
        "full join",
        "plain DuckDB",
        "audit ÷ full join",
        "audit ÷ self-joins",
        "audit reads",
        "self-joins read",
      ],
      rows,
    );
    return `Two partitions of 647,808 rows, local Athena, one thread a query; processor time, median of ${rounds}; load ${begun} at first, ${load()} at the end.
"Plain DuckDB" is the full join over the same two files, without Athena around it. At 100 % the rows found are counted: writing
647,808 rows for each attribute would be all that is measured.

${table}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function landed(current: string, prior: string): Promise<AthenaWorld> {
  const world = await new AthenaWorld().withLake();
  const declared = Object.entries(columns).map(([name, type]) => `${name} ${type}`);
  await world.table("utility_data", declared.join("; "), "exec_date date");
  for (const [date, file] of [
    [dates.execDate, current],
    [dates.priorDate, prior],
  ]) {
    const key = `utility_data/exec_date=${date}/data.parquet`;
    await world.call("s3", "PutObject", { Bucket: "lake", Key: key, Body: "" });
    const path = world.store.pathOf("lake", key);
    mkdirSync(dirname(path), { recursive: true });
    copyFileSync(file, path);
    await world.rows(`ALTER TABLE utility_data ADD PARTITION (exec_date = '${date}')`);
  }
  return world;
}

interface Compared {
  readonly current: string;
  readonly prior: string;
  readonly count: number;
  readonly each: number;
  readonly rounds: number;
}

async function row(world: AthenaWorld, connection: DuckDBConnection, compared: Compared): Promise<string[]> {
  const { current, prior, count, each, rounds } = compared;
  const counted = each === 1;
  const athena = (name: string, sql: string): Case<Found> => ({
    name,
    run: async () => {
      const { Status, Statistics } = await world.execute(sql);
      if (Status.State !== "SUCCEEDED") throw new Error(`${Status.StateChangeReason}\n${sql}`);
      return { bytes: Statistics.DataScannedInBytes };
    },
  });
  const bare = fullJoin(count, `'${current}'`, `'${prior}'`);
  const duckdb: Case<Found> = {
    name: "duckdb",
    run: async () => {
      await connection.runAndReadAll(counted ? `SELECT count(*) FROM (${bare})` : bare);
      return {};
    },
  };
  const shapes = shapesOf(count, counted);
  const cases = [athena("audit", shapes.audit), athena("joins", shapes.joins), athena("full", shapes.full), duckdb];
  const [audit, joins, full, plain] = await interleaved(cases, rounds, processorTime);
  return [
    ...[audit, joins, full, plain].map(({ milliseconds }) => inMilliseconds(milliseconds)),
    ratio(audit.milliseconds, full.milliseconds),
    ratio(audit.milliseconds, joins.milliseconds),
    ...[audit, joins].map(({ result }) => inMegabytes(result.bytes ?? 0)),
  ];
}
