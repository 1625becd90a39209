/** A reader that asks all the time, and believes its eyes: each partition is wholly one version, and never empty again. */
import { setTimeout as sleep } from "node:timers/promises";
import { fileRows } from "./expected";
import type { ModelLake } from "./lake";

const tables = {
  u_files: { database: "landing_db_test", origin: "'u'", date: "exec_date" },
  v_files: { database: "landing_db_test", origin: "'v'", date: "exec_date" },
  u_daily: { database: "processed_db_test", origin: "'u'", date: "exec_date" },
  v_daily: { database: "processed_db_test", origin: "'v'", date: "exec_date" },
  w_rows: { database: "processed_db_test", origin: "origin", date: "exec_date" },
} as const;

/** Everything that is published, by table, date and origin: how many rows, and which versions. */
const sql = [
  ...Object.entries(tables).map(
    ([table, { database, origin, date }]) =>
      `select '${table}' as name, cast(${date} as varchar) as place, ${origin} as origin, count(*) as row_count, ` +
      `min(version) as oldest, max(version) as newest from ${database}.${table} group by 1, 2, 3`,
  ),
  "select 'x_latest', '', origin, max(row_count), min(version), max(version) from processed_db_test.x_latest group by 1, 2, 3",
].join(" union all ");

/** What a reader saw. */
export interface Reading {
  readonly looks: number;
  /** What nobody should ever see. */
  readonly torn: readonly string[];
}

/** Reads until {@link Reader.stop}. */
export class Reader {
  private stopping = false;
  private looks = 0;
  private readonly torn: string[] = [];
  private readonly seen = new Set<string>();
  private readonly done: Promise<void>;

  constructor(private readonly lake: ModelLake) {
    this.done = this.read();
  }

  /** Has a last look and tells what was seen. */
  async stop(): Promise<Reading> {
    this.stopping = true;
    await this.done;
    await this.look();
    return { looks: this.looks, torn: this.torn };
  }

  private async read(): Promise<void> {
    while (!this.stopping) {
      await this.look();
      await sleep(10);
    }
  }

  private async look(): Promise<void> {
    this.looks += 1;
    let rows: (string | undefined)[][];
    try {
      rows = await this.lake.query(sql);
    } catch (error) {
      this.torn.push(`A query failed: ${(error as Error).message}`);
      return;
    }
    const present = new Set<string>();
    for (const [table, date, origin, count, oldest, newest] of rows) {
      const place = `${table} ${date} ${origin}`;
      present.add(place);
      this.seen.add(place);
      if (oldest !== newest) this.torn.push(`${place} has versions ${oldest} and ${newest} at once.`);
      const whole = fileRows(Number(newest)).length;
      if (Number(count) !== whole) this.torn.push(`${place} has ${count} of ${whole} rows of version ${newest}.`);
    }
    for (const place of this.seen) if (!present.has(place)) this.torn.push(`${place} was there, and is empty.`);
  }
}
