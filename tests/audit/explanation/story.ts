/** Tables on the local Athena, a model over them, and why its result changed between two dates. */
import type { TypedColumn } from "../../../audit/config";
import { edgeQuery, targetOf } from "../../../audit/explanation/edges";
import type { SourceFiles } from "../../../audit/explanation/explained";
import type { LakeKnowledge } from "../../../audit/explanation/plan";
import type { SourceTable } from "../../../audit/explanation/scope";
import { AthenaWorld } from "../../local/athena/world";

export type Cell = string | number | boolean | null;

/** A table with its rows on both dates; the first columns named by `grain` tell its rows apart. */
export interface StoryTable {
  readonly columns: Readonly<Record<string, string>>;
  readonly grain: readonly string[];
  readonly current: readonly (readonly Cell[])[];
  readonly prior: readonly (readonly Cell[])[];
}

/** A model and the table it makes. */
export interface StoryModel {
  /** `:date` stands for the execution date. */
  readonly sql: string;
  /** The model of the date before, if it was another. */
  readonly priorSql?: string;
  readonly columns: Readonly<Record<string, string>>;
  readonly grain: readonly string[];
}

/** One line of an explanation, as far as stories look at it. */
export interface Edge {
  readonly result: string;
  readonly change: number;
  readonly source: string;
  readonly values: string;
  readonly contribution: number | null;
  readonly method: string;
  readonly rows: number;
  readonly note: string | null;
}

export const current = "2024-11-09";
export const prior = "2024-11-08";

/** A lake of one test. */
export class StoryLake {
  private readonly world = new AthenaWorld();
  private readonly tables: SourceTable[] = [];
  private readonly models: Record<string, StoryModel> = {};
  private runs = 0;

  static async open(): Promise<StoryLake> {
    const lake = new StoryLake();
    await lake.world.withLake();
    return lake;
  }

  close(): Promise<void> {
    return this.world.close();
  }

  /** Forgets all tables. */
  async clear(): Promise<void> {
    for (const { table } of this.tables.splice(0)) await this.world.rows(`DROP TABLE ${table}`);
  }

  /** Makes a table with data on both dates. */
  async fill(name: string, { columns, grain, current: now, prior: before }: StoryTable): Promise<void> {
    await this.declare(name, columns, grain);
    for (const [date, rows] of [
      [prior, before],
      [current, now],
    ] as const) {
      const nothing = Object.entries(columns).map(([column, type]) => `CAST(NULL AS ${athena(type)}) AS "${column}"`);
      const cells = rows.map((row) => `(${row.map(literal).join(", ")})`);
      const names = Object.keys(columns).map((_, index) => `c${index}`);
      const typed = Object.entries(columns).map(
        ([column, type], index) => `CAST(c${index} AS ${athena(type)}) AS "${column}"`,
      );
      const sql =
        rows.length > 0
          ? `SELECT ${typed.join(", ")} FROM (VALUES ${cells.join(", ")}) AS t (${names.join(", ")})`
          : `SELECT ${nothing.join(", ")} WHERE false`;
      await this.write(name, date, sql);
    }
  }

  /** Runs a model for both dates. */
  async run(name: string, model: StoryModel): Promise<void> {
    await this.declare(name, model.columns, model.grain);
    this.models[name] = model;
    await this.write(name, prior, sqlOf(model, prior));
    await this.write(name, current, sqlOf(model, current));
  }

  /** Everything that is said of the changes of a column, largest change first. */
  async explain(name: string, column: string, top = 5): Promise<Edge[]> {
    const edges: Edge[] = [];
    for (const { grain, change } of await this.changes(name, column)) {
      edges.push(...(await this.edges(name, column, targetOf(grain, change), top)));
    }
    return edges;
  }

  /** The same, all changes with one query. */
  async explainAll(name: string, column: string, top: number): Promise<Edge[]> {
    const targets = (await this.changes(name, column)).map(({ grain, change }) => targetOf(grain, change));
    return targets.length === 0 ? [] : this.edges(name, column, targets.join(" UNION ALL "), top);
  }

  /** Changes of a numeric column. */
  async changes(name: string, column: string): Promise<{ grain: (string | null)[]; change: number }[]> {
    const { grain } = this.table(name);
    const keys = grain.map(({ column: key, type }) =>
      type === "timestamp" ? `CAST("${key}" AS varchar)` : `"${key}"`,
    );
    const on = (date: string) =>
      this.world.rows(
        `SELECT ${keys.join(", ")}, CAST("${column}" AS double) FROM ${name} WHERE exec_date = DATE '${date}' ORDER BY ${keys.map((_, index) => index + 1).join(", ")}`,
      );
    const now = await on(current);
    const before = await on(prior);
    const byGrain = new Map<string, { grain: (string | null)[]; change: number }>();
    for (const [rows, sign] of [
      [now, 1],
      [before, -1],
    ] as const) {
      for (const row of rows) {
        const key = row.slice(0, -1).map((cell) => cell ?? null);
        const entry = byGrain.get(JSON.stringify(key)) ?? { grain: key, change: 0 };
        byGrain.set(JSON.stringify(key), { ...entry, change: entry.change + sign * Number(row[row.length - 1] ?? 0) });
      }
    }
    return [...byGrain.values()]
      .filter(({ change }) => change !== 0)
      .sort((left, right) => Math.abs(right.change) - Math.abs(left.change));
  }

  private async edges(name: string, column: string, targets: string, top: number): Promise<Edge[]> {
    const model = this.models[name];
    const result = this.table(name);
    const attribute = result.columns.find((each) => each.column === column) as TypedColumn;
    const { sql } = edgeQuery({
      result,
      attribute,
      dates: { execDate: current, priorDate: prior },
      model: { current: sqlOf(model, current), prior: sqlOf(model, prior) },
      tables: this.tables,
      targets,
      top,
      depth: 1,
    });
    const found = await this.objects(sql);
    return found
      .map((row) => {
        const grain = (side: string) =>
          [1, 2, 3, 4, 5].flatMap((place) => row[`${side}_grain_value_${place}`] ?? []).join("/");
        const number = (text: string | undefined) => (text === undefined ? null : Number(text));
        return {
          place: Number(row.place),
          result: `${row.result_attribute} ${grain("result")}`,
          change: Number(row.result_change),
          source: row.source_table
            ? `${row.source_table} ${grain("source")} ${row.source_attribute}`.replace("  ", " ")
            : "",
          values: `${row.source_prev_value ?? "-"} → ${row.source_curr_value ?? "-"}`,
          contribution: number(row.contribution),
          method: row.method ?? "",
          rows: Number(row.row_count),
          note: row.note ?? null,
        };
      })
      .sort((left, right) => left.place - right.place)
      .map(({ place: _place, ...edge }) => edge);
  }

  /** What is known of the tables and models, as a run would find it. */
  knowledge(files: Readonly<Record<string, SourceFiles>>): LakeKnowledge {
    const named = <T>(values: Readonly<Record<string, T>>) =>
      Object.fromEntries(Object.entries(values).map(([name, value]) => [`db.${name}`, value]));
    const models = Object.entries(this.models).map(([name, model]) => [
      name,
      { current: sqlOf(model, current), prior: sqlOf(model, prior) },
    ]);
    const texts = Object.fromEntries(models) as LakeKnowledge["models"];
    return { tables: this.tables, models: named(texts), files: named(files), labels: {} };
  }

  /** Rows of a query by column. */
  async objects(sql: string): Promise<Record<string, string | undefined>[]> {
    const { id, Status } = await this.world.execute(sql);
    if (Status.State !== "SUCCEEDED")
      throw new Error(`${Status.StateChangeReason}\n${process.env.SHOW_SQL ? sql : ""}`);
    const [header, ...rows] = await this.world.results(id);
    return rows.map((row) => Object.fromEntries(row.map((cell, index) => [header[index] ?? "", cell])));
  }

  private table(name: string): SourceTable {
    const found = this.tables.find(({ table }) => table === name);
    if (!found) throw new Error(`There is no table ${name}.`);
    return found;
  }

  private async declare(
    name: string,
    columns: Readonly<Record<string, string>>,
    grain: readonly string[],
  ): Promise<void> {
    const typed = Object.entries(columns).map(([column, type]) => ({ column, type }));
    await this.world.table(name, typed.map(({ column, type }) => `${column} ${type}`).join("; "), "exec_date date");
    this.tables.push({
      database: "db",
      table: name,
      columns: [...typed, { column: "exec_date", type: "date" }],
      grain: grain.map((column) => ({ column, type: columns[column] })),
    });
  }

  private async write(name: string, date: string, sql: string): Promise<void> {
    this.runs += 1;
    const location = `s3://lake/${name}/exec_date=${date}/${this.runs}/`;
    await this.world.rows(`UNLOAD (${sql}) TO '${location}' WITH (format = 'PARQUET')`);
    await this.world.rows(`ALTER TABLE ${name} ADD PARTITION (exec_date = '${date}') LOCATION '${location}'`);
  }
}

function sqlOf({ sql, priorSql }: StoryModel, date: string): string {
  return (date === prior ? (priorSql ?? sql) : sql).replaceAll(":date", `date '${date}'`);
}

function athena(type: string): string {
  return type.replace("string", "varchar").replace("float", "real");
}

function literal(value: Cell): string {
  return typeof value === "string" ? `'${value.replace(/'/g, "''")}'` : String(value);
}
