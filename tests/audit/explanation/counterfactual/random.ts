/** Random lakes: tables with rows on two dates, and models over them. The same seed gives the same. */

export type Value = string | number | boolean | null;
export type Row = Readonly<Record<string, Value>>;

/** A table of every lake. The first columns tell its rows apart, among them `story`, the lake's number. */
export interface RandomTable {
  readonly columns: Readonly<Record<string, string>>;
  readonly grain: readonly string[];
  /** Whether each date has rows of its own. */
  readonly dated: boolean;
}

const measured = { story: "int", id: "int", k: "int", g: "string", v: "double", w: "double", flag: "string" };

export const tables = {
  facts: { columns: measured, grain: ["story", "id"], dated: true },
  more: { columns: measured, grain: ["story", "id"], dated: true },
  dims: {
    columns: { story: "int", k: "int", label: "string", weight: "double", active: "boolean" },
    grain: ["story", "k"],
    dated: true,
  },
  zones: {
    columns: { story: "int", label: "string", zone: "string", rate: "double" },
    grain: ["story", "label"],
    dated: false,
  },
} satisfies Record<string, RandomTable>;

export type TableName = keyof typeof tables;

/** The rows of one lake on one date. */
export type Rows = Readonly<Record<TableName, readonly Row[]>>;

/** A model; `:date` stands for the execution date, `:zones` for the table without dates. */
export interface RandomModel {
  readonly sql: string;
  /** The model of the date before. */
  readonly prior: string;
  readonly columns: Readonly<Record<string, string>>;
  readonly grain: readonly string[];
}

/** Numbers below 1, the same for the same seed (mulberry32, public domain). */
export class Chance {
  constructor(private seed: number) {}

  next(): number {
    this.seed = (this.seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.seed ^ (this.seed >>> 15), 1 | this.seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  }

  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  is(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)];
  }

  /** A number that no sum of others equals by chance; sums of a few are exact as doubles. */
  amount(): number {
    return (this.is(0.3) ? -1 : 1) * ((1 + this.below(1 << 24)) / 1024);
  }
}

const labels = ["a", "b", "c"];

/** A row of a table. */
function randomRow(chance: Chance, table: TableName, key: number): Record<string, Value> {
  const orNull = <T extends Value>(value: T): T | null => (chance.is(0.1) ? null : value);
  switch (table) {
    case "facts":
    case "more":
      return {
        id: key,
        k: orNull(chance.below(4)),
        g: orNull(chance.pick(["x", "y"])),
        v: orNull(chance.amount()),
        w: orNull(Math.abs(chance.amount())),
        flag: orNull(chance.pick(["ok", "void"])),
      };
    case "dims":
      return {
        k: key,
        label: orNull(chance.pick(labels)),
        weight: orNull(chance.amount()),
        active: orNull(chance.is(0.7)),
      };
    case "zones":
      return {
        label: labels[key % labels.length],
        zone: orNull(chance.pick(["n", "s"])),
        rate: orNull(chance.amount()),
      };
  }
}

const sizes: Readonly<Record<TableName, number>> = { facts: 5, more: 3, dims: 4, zones: 3 };

/** One lake on both dates: most rows stay, some change in a cell or two, some come, go or are doubled. */
export function randomLake(chance: Chance, story: number): { readonly before: Rows; readonly now: Rows } {
  const before: Partial<Record<TableName, Row[]>> = {};
  const now: Partial<Record<TableName, Row[]>> = {};
  for (const table of Object.keys(tables) as TableName[]) {
    const old: Row[] = [];
    const current: Row[] = [];
    const moves = chance.is(0.6) ? 0.35 : 0.1;
    for (let key = 0; key < sizes[table]; key += 1) {
      const row = { story, ...randomRow(chance, table, key) };
      const other = { story, ...randomRow(chance, table, key) };
      const changed = Object.fromEntries(
        Object.entries(row).map(([name, value]) => [name, chance.is(0.5) ? (other as Row)[name] : value]),
      );
      const kind = chance.next();
      if (kind < 0.12) continue;
      if (!chance.is(moves)) {
        old.push(row);
        current.push(row);
        if (chance.is(0.04)) current.push(other);
      } else if (kind < 0.35) old.push(row);
      else if (kind < 0.6) current.push(row);
      else {
        old.push(row);
        current.push(changed);
      }
    }
    before[table] = old;
    now[table] = current;
  }
  return { before: before as Rows, now: now as Rows };
}

const measures = "story, id, k, g, v, w, flag";
const dated = (table: string) => `(select * from db.${table} where exec_date = :date)`;

/** A model that sums up, counts or takes over facts, by joins, filters and groups of each kind. */
export function randomModel(chance: Chance): RandomModel {
  const two = chance.is(0.15);
  const source = two
    ? "(select story, k, g, sum(v) as v, sum(w) as w, count(*) as n from db.facts where exec_date = :date group by story, k, g) f"
    : chance.pick([
        `${dated("facts")} f`,
        "db.facts f",
        `(select ${measures} from db.facts where exec_date = :date union all select ${measures} from db.more where exec_date = :date) f`,
      ]);
  const plain = source === "db.facts f";
  const type = chance.pick([
    "",
    "join",
    "left join",
    "left join",
    two ? "join" : "right join",
    two ? "join" : "full join",
    "cross join",
  ]);
  const direct = (type === "join" || type === "left join") && chance.is(0.5);
  const equal = "d.story = f.story and d.k = f.k";
  const join =
    type === ""
      ? ""
      : type === "cross join"
        ? ` cross join ${dated("dims")} d`
        : direct
          ? ` ${type} db.dims d on ${equal} and d.exec_date = :date${chance.is(0.3) ? " and d.active" : ""}`
          : ` ${type} ${dated("dims")} d on ${equal}`;
  const zoned = (type === "join" || type === "left join") && chance.is(0.4);
  const zones = zoned
    ? ` ${chance.pick(["join", "left join"])} :zones z on z.story = d.story and z.label = d.label`
    : "";
  const story = type === "right join" ? "d.story" : type === "full join" ? "coalesce(f.story, d.story)" : "f.story";
  const byDims =
    type === "" ? [] : ["d.label", "coalesce(d.label, 'none')", "case when d.weight > 0 then 'up' else 'down' end"];
  const key = chance.pick([
    "f.g",
    "f.g",
    "'all'",
    "case when f.v > 0 then 'plus' else 'minus' end",
    ...byDims,
    ...(zoned ? ["z.zone"] : []),
  ]);
  const filters = [
    ...(two ? [] : ["f.flag = 'ok'", "f.v is not null"]),
    ...(type === "" ? [] : ["d.active", "coalesce(d.weight, 0e0) > 0", "d.label <> 'a'"]),
    ...(zoned ? ["z.rate is null or z.rate > -5"] : []),
  ];
  const filter = filters.length > 0 && chance.is(0.35) ? [`(${chance.pick(filters)})`] : [];
  const where = [
    ...(plain ? ["f.exec_date = :date"] : []),
    ...(type === "cross join" ? ["d.story = f.story"] : []),
    ...filter,
  ];
  const rest = `from ${source}${join}${zones}${where.length > 0 ? ` where ${where.join(" and ")}` : ""}`;
  const byWeight =
    type === ""
      ? []
      : ["sum(f.v * d.weight)", "count(d.label)", "sum(f.v) filter (where d.active)", "sum(coalesce(d.weight, 1e0))"];
  const additive = [
    "sum(f.v)",
    "sum(f.v) - 2 * sum(f.w)",
    "count(*)",
    ...(two ? [] : ["sum(case when f.flag = 'ok' then f.v else f.w end)", "count_if(f.flag = 'ok')"]),
    ...byWeight,
    ...(zoned ? ["sum(f.v * coalesce(z.rate, 1e0))"] : []),
  ];
  const others = ["avg(f.v)", "sum(f.v) / nullif(sum(f.w), 0)", "sum(f.v) / count(*)"];
  const rare = ["max(f.v)", "min(f.v)", ...(two ? [] : ["count(distinct f.flag)"])];
  const columns = { story: "int", key: "string", result: "double" };
  const grouped = (value: string): string =>
    `select ${story} as story, ${key} as key, cast(${value} as double) as result ${rest} group by 1, 2`;
  const ofRows = !two && chance.is(0.12) && ["", "join", "left join"].includes(type);
  if (ofRows) {
    const value = chance.pick(["f.v", "f.v + f.w", ...(type === "" ? [] : ["f.v * d.weight"])]);
    const sql = `select f.story as story, cast(f.id as varchar) as key, ${value} as result ${rest}`;
    return { sql, prior: sql, columns, grain: ["story", "key"] };
  }
  const value = chance.pick(chance.is(0.6) ? additive : chance.is(0.7) ? others : rare);
  const whole = grouped(value) + (chance.is(0.06) ? " having count(*) > 1" : "");
  const sql =
    chance.is(0.15) && additive.includes(value)
      ? `with parts as (select ${story} as story, ${key} as key, f.g as part, ${value} as result ${rest} group by 1, 2, 3)
         select story, key, cast(sum(result) as double) as result from parts group by story, key`
      : whole;
  const prior = chance.is(0.12) ? another(chance, sql) : sql;
  return { sql, prior, columns, grain: ["story", "key"] };
}

/** The model as it was before somebody changed it. */
function another(chance: Chance, sql: string): string {
  const change = chance.pick<[string, string]>([
    ["sum(f.v", "sum(2 * f.v"],
    ["'ok'", "'void'"],
    ["left join", "join"],
    ["count(*)", "count(f.v)"],
    ["'all'", "'everything'"],
  ]);
  return sql.replace(...change);
}
