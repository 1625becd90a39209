import { expect } from "chai";
import * as fc from "fast-check";
import { changeSetQueries } from "../../audit/change-set";
import type { AuditConfig } from "../../audit/config";
import type { AuditSpecification } from "../../audit/specification";
import { type Cell, type Engine, openEngine } from "./engine";
import { compareRows, cutToLargest, type NaiveChange, type NaiveColumn, textOf } from "./row-by-row";
import { configOf, hourlySpecification } from "./tables";

const dates = { execDate: "2024-11-09", priorDate: "2024-11-08" };

const types: Record<string, { type: string; column: NaiveColumn; cell: fc.Arbitrary<Cell> }> = {
  story: { type: "smallint", column: { name: "story", kind: "integer" }, cell: fc.constant(0) },
  plant: { type: "int", column: { name: "plant", kind: "integer" }, cell: fc.constantFrom(1, 2, 3, null) },
  unit: {
    type: "string",
    column: { name: "unit", kind: "text" },
    cell: fc.constantFrom("1", "", "O'Hara", "null", null),
  },
  hour: {
    type: "timestamp",
    column: { name: "hour", kind: "timestamp" },
    cell: fc.constantFrom("1996-01-01 05:00:00", "1996-01-31 23:00:00.5", null),
  },
  count: { type: "bigint", column: { name: "count", kind: "integer" }, cell: fc.constantFrom(0, -7, 4294967296, null) },
  tons: {
    type: "float",
    column: { name: "tons", kind: "real" },
    cell: fc.oneof(fc.constantFrom(366, 3660000, 12368097, 0.1, null), floats("float")),
  },
  total: {
    type: "double",
    column: { name: "total", kind: "double" },
    cell: fc.oneof(fc.constant(null), floats("double")),
  },
  price: {
    type: "decimal(10,2)",
    column: { name: "price", kind: "decimal", scale: 2 },
    cell: fc.constantFrom("0.50", "-12.25", null),
  },
  measured: {
    type: "boolean",
    column: { name: "measured", kind: "boolean" },
    cell: fc.constantFrom(true, false, null),
  },
  day: { type: "date", column: { name: "day", kind: "date" }, cell: fc.constantFrom("1996-02-29", "2024-11-08", null) },
  letters: {
    type: "char(4)",
    column: { name: "letters", kind: "text" },
    cell: fc.constantFrom("ab", "abcd", null),
  },
  level: { type: "tinyint", column: { name: "level", kind: "integer" }, cell: fc.constantFrom(-128, 0, 127, null) },
  code: {
    type: "varchar(20)",
    column: { name: "code", kind: "text" },
    cell: fc.constantFrom("Measured", "ü", "", null),
  },
};

function floats(width: "float" | "double"): fc.Arbitrary<number> {
  const finite = { noNaN: true, noDefaultInfinity: true };
  const any = width === "float" ? fc.float(finite) : fc.double({ ...finite, min: -1e300, max: 1e300 });
  // -0 is 0 to an audit.
  return fc.oneof(any, fc.integer({ min: -20000000, max: 20000000 })).map((value) => value + 0 || 0);
}

const grain = ["story", "plant", "unit", "hour"].map((name) => types[name].column);
const attributes = Object.values(types)
  .map(({ column }) => column)
  .filter((column) => !grain.includes(column));
const columns = [...grain, ...attributes];
/** Those whose sums are exact in any order. */
const exact = attributes.filter(({ kind }) => kind !== "real" && kind !== "double");

const row: fc.Arbitrary<Cell[]> = fc.tuple(...columns.map(({ name }) => types[name].cell));

interface TwoSides {
  readonly current: Cell[][];
  readonly prior: Cell[][];
}

/** A table and what became of it: rows stay, are corrected in one cell, go, come or stand twice. */
const twoSides: fc.Arbitrary<TwoSides> = fc
  .array(
    fc.record({
      row,
      fate: fc.constantFrom("stays", "stays", "stays", "corrected", "corrected", "removed", "added", "doubled"),
      cell: fc.integer({ min: 1, max: columns.length - 1 }),
      correction: row,
    }),
    { maxLength: 12 },
  )
  .map((rows) => ({
    prior: rows.flatMap(({ row, fate }) => (fate === "added" ? [] : [row])),
    current: rows.flatMap(({ row, fate, cell, correction }) => {
      if (fate === "removed") return [];
      if (fate === "doubled") return [row, row];
      return [fate === "corrected" ? row.map((value, at) => (at === cell ? correction[at] : value)) : row];
    }),
  }));

/** Many tables in one, told apart by their story: a query takes longer than the rows in it. */
function together(stories: readonly TwoSides[]): TwoSides {
  const numbered = (side: "current" | "prior") =>
    stories.flatMap((story, number) => story[side].map((cells) => [number, ...cells.slice(1)]));
  return { current: numbered("current"), prior: numbered("prior") };
}

const manyTables = fc.array(twoSides, { maxLength: 40, size: "max" }).map(together);

describe("a change set, of any table", () => {
  const glueTypes = Object.fromEntries(columns.map(({ name }) => [name, types[name].type]));
  const specification: AuditSpecification = {
    ...hourlySpecification,
    grain: grain.map(({ name }) => name),
    attributes: attributes.map(({ name }) => name),
    period: { column: "hour", pattern: "timestamp" },
  };
  const configured = (more: Partial<AuditSpecification> = {}) =>
    configOf("anything", glueTypes, { ...specification, ...more });
  let engine: Engine;
  before(async () => {
    engine = await openEngine();
  });
  after(() => engine.close());

  const fill = ({ current, prior }: TwoSides) =>
    engine.fill("anything", glueTypes, [
      ...current.map((cells) => [...cells, dates.execDate]),
      ...prior.map((cells) => [...cells, dates.priorDate]),
    ]);

  /** What the engine finds, in one query or, with a length, in several. */
  async function found(config: AuditConfig, longest?: number): Promise<NaiveChange[]> {
    const queries = changeSetQueries(config, dates, longest);
    if (longest !== undefined) expect(queries.length).to.be.greaterThan(2);
    const rows: Record<string, unknown>[] = [];
    for (const sql of queries) rows.push(...(await engine.query(sql)));
    return rows.map((each) => ({
      attribute: String(each.attribute),
      grain: grain.map((_, index) => each[`grain_value_${index + 1}`] as string | null),
      type: String(each.change_type),
      current: each.curr_value as string | null,
      prior: each.prev_value as string | null,
      delta: each.delta as number | null,
    }));
  }

  const byPlace = (left: { attribute: unknown; grain: unknown }, right: { attribute: unknown; grain: unknown }) =>
    JSON.stringify([left.grain, left.attribute]) < JSON.stringify([right.grain, right.attribute]) ? -1 : 1;

  function expectSame(changes: NaiveChange[], expected: NaiveChange[], { current, prior }: TwoSides): void {
    const largest = (attribute: string) => {
      const at = columns.findIndex(({ name }) => name === attribute);
      return Math.max(...[...current, ...prior].map((cells) => Math.abs(Number(cells[at]))));
    };
    const withoutDelta = ({ delta, ...rest }: NaiveChange) => ({ ...rest, number: delta !== null });
    const wanted = [...expected].sort(byPlace);
    const sorted = [...changes].sort(byPlace);
    expect(sorted.map(withoutDelta)).to.deep.equal(wanted.map(withoutDelta));
    sorted.forEach(({ delta, type, attribute }, index) => {
      const other = wanted[index].delta;
      if (delta === null || other === null) return;
      if (type !== "duplicate") expect(delta).to.equal(other);
      // Sums over several rows may round in another order.
      else expect(delta).to.be.closeTo(other, largest(attribute) * 1e-12);
    });
  }

  const runs = { numRuns: 6, interruptAfterTimeLimit: 50_000 };

  it("is what a comparison row by row finds, in one query or several", async () => {
    await fc.assert(
      fc.asyncProperty(manyTables, async (sides) => {
        await fill(sides);
        const expected = compareRows(grain, attributes, sides.current, sides.prior);
        expectSame(await found(configured()), expected, sides);
        expectSame(await found(configured(), 4800), expected, sides);
      }),
      runs,
    );
  });

  it("leaves out what is within the tolerance, and rows that the filter leaves out", async () => {
    const own = { count: { absolute: 7 }, price: { absolute: 0, relative: 0.5 } };
    const all = { absolute: 0.25, relative: 1e-3 };
    const tolerant = configured({ tolerance: all, tolerances: own });
    const filtered = configured({
      tolerance: all,
      tolerances: own,
      filter: { conditions: "plant = 1 OR level IS NULL" },
    });
    const within = (attribute: string, a: number, b: number) => {
      const { absolute = 0, relative = 0 } = attribute in own ? (own[attribute as "count"] as typeof all) : all;
      return Math.abs(a - b) <= Math.max(absolute, relative * Math.max(Math.abs(a), Math.abs(b)));
    };
    const [plant, level] = ["plant", "level"].map((wanted) => columns.findIndex(({ name }) => name === wanted));
    const passes = (cells: readonly Cell[]) => cells[plant] === 1 || cells[level] === null;
    await fc.assert(
      fc.asyncProperty(manyTables, async (sides) => {
        await fill(sides);
        const naive = ({ current, prior }: TwoSides) =>
          compareRows(grain, attributes, current, prior, (name, a, b) => !within(name, a, b));
        expectSame(await found(tolerant), naive(sides), sides);
        const rest = { current: sides.current.filter(passes), prior: sides.prior.filter(passes) };
        expectSame(await found(filtered, 5800), naive(rest), rest);
      }),
      runs,
    );
  });

  it("keeps the largest changes of each attribute, and says how many it cut and what they add up to", async () => {
    const config = configured({ attributes: exact.map(({ name }) => name), keepLargest: 3 });
    const place = (name: string) => columns.findIndex((column) => column.name === name);
    const narrow = (rows: readonly (readonly Cell[])[]) =>
      rows.map((cells) => [...grain, ...exact].map(({ name }) => cells[place(name)]));
    await fc.assert(
      fc.asyncProperty(manyTables, async (sides) => {
        await fill(sides);
        const changes = await found(config);
        const { kept, cut } = cutToLargest(compareRows(grain, exact, narrow(sides.current), narrow(sides.prior)), 3);
        const omitted = changes.filter(({ type }) => type === "omitted");
        expectSame(
          changes.filter((change) => !omitted.includes(change)),
          kept,
          sides,
        );
        const told = omitted.map(({ attribute, grain, delta }) => ({ attribute, count: Number(grain[0]), delta }));
        expect(told).to.have.deep.members(cut);
      }),
      runs,
    );
  });

  it("is empty when nothing changed, whatever the order of the rows", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 60, size: "max" }), async (rows) => {
        await fill({ current: rows, prior: [...rows].reverse() });
        expect(await found(configured())).to.deep.equal([]);
      }),
      runs,
    );
  });

  it("has different texts for different numbers, which read back as the number", async () => {
    const [tons, story] = ["tons", "story"].map((wanted) => columns.findIndex(({ name }) => name === wanted));
    await fc.assert(
      fc.asyncProperty(fc.array(floats("float"), { minLength: 1, maxLength: 300, size: "max" }), async (values) => {
        const current = values.map((value, number) =>
          columns.map((_, index): Cell => (index === tons ? value : index === story ? number : null)),
        );
        await fill({ current, prior: [] });
        const changes = (await found(configured())).filter(({ attribute }) => attribute === "tons");
        for (const {
          grain: [number],
          current: text,
        } of changes) {
          const value = values[Number(number)];
          expect(text).to.equal(textOf(value, columns[tons]));
          expect(Math.fround(Number(text))).to.equal(Math.fround(value));
        }
        expect(changes).to.have.length(values.length);
      }),
      runs,
    );
  });
});
