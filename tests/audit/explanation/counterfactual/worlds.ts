/** Many lakes on the local Athena, in tables that they share: runs of a model, and what is said of its changes. */
import { edgeQuery, targetOf } from "../../../../audit/explanation/edges";
import type { SourceTable } from "../../../../audit/explanation/scope";
import { AthenaWorld } from "../../../local/athena/world";
import { type RandomModel, type Row, type Rows, type TableName, tables, type Value } from "./random";

export const current = "2024-11-09";
export const prior = "2024-11-08";

/** Results by `<story> <key>`; NULL is kept apart from what is not there. */
export type Results = Map<string, number | null>;

/** A line of an explanation. */
export interface Line {
  readonly method: string;
  readonly contribution: number | null;
  readonly note: string | null;
  readonly table: string | null;
  readonly columns: string;
  readonly grain: readonly (string | null)[];
  readonly now: string | null;
  readonly before: string | null;
  readonly became: string | null;
}

/** One Athena for lake after lake. */
export class Worlds {
  private readonly world = new AthenaWorld();
  private written = 0;

  static async open(): Promise<Worlds> {
    const worlds = new Worlds();
    await worlds.world.withLake();
    return worlds;
  }

  close(): Promise<void> {
    return this.world.close();
  }

  /** Writes rows of many lakes into tables of their own; `name` tells them from others. */
  async fill(name: string, byDate: Readonly<Record<string, readonly Rows[]>>): Promise<void> {
    for (const [table, { columns, dated }] of Object.entries(tables) as [TableName, (typeof tables)[TableName]][]) {
      const typed = Object.entries(columns).map(([column, type]) => `${column} ${type}`);
      for (const [date, lakes] of Object.entries(byDate)) {
        const own = dated ? `${table}_${name}` : `${table}_${name}_${date.replaceAll("-", "")}`;
        const first = date === Object.keys(byDate)[0];
        this.written += 1;
        const location = `s3://lake/${own}/${date}/${this.written}/`;
        if (!dated) await this.world.table(own, typed.join("; "), "", location);
        else if (first) await this.world.table(own, typed.join("; "), "exec_date date");
        const rows = lakes.flatMap((lake) => lake[table]);
        await this.world.rows(`UNLOAD (${selectOf(rows, columns)}) TO '${location}' WITH (format = 'PARQUET')`);
        if (dated)
          await this.world.rows(`ALTER TABLE ${own} ADD PARTITION (exec_date = '${date}') LOCATION '${location}'`);
      }
    }
  }

  /** Runs a model over the rows of a date. */
  async run(sql: string, name: string, date: string): Promise<Results> {
    const rows = await this.objects(textOf(sql, name, date));
    const results: Results = new Map();
    for (const { story, key, result } of rows) {
      const place = `${story ?? ""} ${key ?? "∅"}`;
      const before = results.get(place);
      results.set(place, result === undefined ? (before ?? null) : Number(result) + (before ?? 0));
    }
    return results;
  }

  /** What is said of some changes. */
  async explain(
    model: RandomModel,
    name: string,
    changes: readonly { readonly place: string; readonly change: number }[],
  ): Promise<{ readonly lines: Map<string, Line[]>; readonly sql: string }> {
    const known = (Object.entries(tables) as [TableName, (typeof tables)[TableName]][]).map(
      ([table, each]): SourceTable => {
        const columns = Object.entries(each.columns).map(([column, type]) => ({ column, type }));
        const all = [...columns, ...(each.dated ? [{ column: "exec_date", type: "date" }] : [])];
        const version = (date: string) => ({
          relation: `db.${table}_${name}_${date.replaceAll("-", "")}`,
          where: "TRUE",
        });
        return {
          database: "db",
          table: each.dated ? `${table}_${name}` : `${table}_${name}_${current.replaceAll("-", "")}`,
          columns: all,
          grain: columns.filter(({ column }) => (each.grain as readonly string[]).includes(column)),
          ...(!each.dated && { versions: { current: version(current), prior: version(prior) } }),
        };
      },
    );
    const typed = (column: string) => ({ column, type: model.columns[column] });
    const { sql } = edgeQuery({
      result: {
        database: "db",
        table: "result",
        columns: Object.keys(model.columns).map(typed),
        grain: model.grain.map(typed),
      },
      attribute: typed("result"),
      dates: { execDate: current, priorDate: prior },
      model: { current: textOf(model.sql, name, current), prior: textOf(model.prior, name, prior, current) },
      tables: known,
      targets: changes
        .map(({ place, change }) => {
          const [story, ...key] = place.split(" ");
          return targetOf([story, key.join(" ") === "∅" ? null : key.join(" ")], change);
        })
        .join(" UNION ALL "),
      ...{ top: 1000, depth: 1 },
    });
    const lines = new Map<string, Line[]>();
    for (const row of await this.objects(sql)) {
      const place = `${row.result_grain_value_1 ?? ""} ${row.result_grain_value_2 ?? "∅"}`;
      const width = row.source_table ? 2 : 0;
      const line: Line = {
        method: row.method ?? "",
        contribution: row.contribution === undefined ? null : Number(row.contribution),
        note: row.note ?? null,
        table: row.source_table?.split("_")[0] ?? null,
        columns: row.source_attribute ?? "",
        grain: Array.from({ length: width }, (_, index) => row[`source_grain_value_${index + 1}`] ?? null),
        now: row.source_curr_value ?? null,
        before: row.source_prev_value ?? null,
        became: row.source_change ?? null,
      };
      lines.set(place, [...(lines.get(place) ?? []), line]);
    }
    return { lines, sql };
  }

  /** The tables of a name, with the types of their columns and their rows. */
  async tablesOf(name: string): Promise<Record<string, { types: Record<string, string>; rows: (string | null)[][] }>> {
    const found: Record<string, { types: Record<string, string>; rows: (string | null)[][] }> = {};
    for (const [table, { columns, dated }] of Object.entries(tables)) {
      const names = dated
        ? [`${table}_${name}`]
        : [current, prior].map((date) => `${table}_${name}_${date.replaceAll("-", "")}`);
      const types = { ...columns, ...(dated && { exec_date: "date" }) };
      for (const own of names) found[own] = { types, rows: await this.rows(`SELECT * FROM db.${own}`) };
    }
    return found;
  }

  /** Runs a query; NULL is null. */
  async rows(sql: string): Promise<(string | null)[][]> {
    return (await this.answer(sql)).slice(1).map((row) => row.map((cell) => cell ?? null));
  }

  private async objects(sql: string): Promise<Record<string, string | undefined>[]> {
    const [header, ...rows] = await this.answer(sql);
    return rows.map((row) => Object.fromEntries(row.map((cell, index) => [header[index] ?? "", cell])));
  }

  /** All rows of a result, the header first. */
  private async answer(sql: string): Promise<(string | undefined)[][]> {
    const { id, Status } = await this.world.execute(sql);
    if (Status.State !== "SUCCEEDED") throw new Error(`${Status.StateChangeReason}\n${sql}`);
    return this.world.results(id);
  }
}

/** A model's text over the tables of a name; the table without dates is that of `undated`. */
function textOf(sql: string, name: string, date: string, undated = date): string {
  return sql
    .replace(/db\.(facts|more|dims)\b/g, `db.$1_${name}`)
    .replaceAll(":zones", `db.zones_${name}_${undated.replaceAll("-", "")}`)
    .replaceAll(":date", `date '${date}'`);
}

function selectOf(rows: readonly Row[], columns: Readonly<Record<string, string>>): string {
  const athena = (type: string) => type.replace("string", "varchar");
  const names = Object.keys(columns);
  if (rows.length === 0) {
    return `SELECT ${names.map((each) => `CAST(NULL AS ${athena(columns[each])}) AS "${each}"`).join(", ")} WHERE false`;
  }
  const typed = names.map((each, index) => `CAST(c${index} AS ${athena(columns[each])}) AS "${each}"`);
  const cells = rows.map((row) => `(${names.map((each) => literal(row[each])).join(", ")})`);
  return `SELECT ${typed.join(", ")} FROM (VALUES ${cells.join(", ")}) AS t (${names.map((_, index) => `c${index}`).join(", ")})`;
}

function literal(value: Value): string {
  return typeof value === "string"
    ? `'${value}'`
    : value === null
      ? "NULL"
      : typeof value === "number"
        ? `${value}e0`
        : String(value);
}
