import { expect } from "chai";
import * as fc from "fast-check";
import { changeSetQuery } from "../../audit/change-set";
import { type Cell, type Engine, openEngine } from "./engine";
import { compareRows, type NaiveColumn, textOf } from "./row-by-row";
import { configOf, hourlySpecification } from "./tables";

const dates = { execDate: "2024-11-09", priorDate: "2024-11-08" };

const types: Record<string, { type: string; column: NaiveColumn; cell: fc.Arbitrary<Cell> }> = {
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

const grain = ["plant", "unit", "hour"].map((name) => types[name].column);
const attributes = Object.values(types)
  .map(({ column }) => column)
  .filter((column) => !grain.includes(column));
const columns = [...grain, ...attributes];

const row = fc.tuple(...columns.map(({ name }) => types[name].cell));

/** A table and what became of it: rows stay, are corrected in one cell, go, come or stand twice. */
const twoDates = fc
  .array(
    fc.record({
      row,
      fate: fc.constantFrom("stays", "stays", "stays", "corrected", "removed", "added", "doubled"),
      cell: fc.nat(columns.length - 1),
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

describe("a change set, of any table", () => {
  const glueTypes = Object.fromEntries(columns.map(({ name }) => [name, types[name].type]));
  const config = configOf("anything", glueTypes, {
    ...hourlySpecification,
    grain: grain.map(({ name }) => name),
    attributes: attributes.map(({ name }) => name),
    period: { column: "hour", pattern: "timestamp" },
  });
  let engine: Engine;
  before(async () => {
    engine = await openEngine();
  });

  async function audit(current: readonly (readonly Cell[])[], prior: readonly (readonly Cell[])[]) {
    await engine.fill("anything", glueTypes, [
      ...current.map((cells) => [...cells, dates.execDate]),
      ...prior.map((cells) => [...cells, dates.priorDate]),
    ]);
    return (await engine.query(changeSetQuery(config, dates))).map((found) => ({
      attribute: found.attribute,
      grain: [found.grain_value_1, found.grain_value_2, found.grain_value_3],
      type: found.change_type,
      current: found.curr_value,
      prior: found.prev_value,
      delta: found.delta as number | null,
    }));
  }

  const largest = (attribute: unknown, rows: readonly (readonly Cell[])[]) =>
    Math.max(...rows.map((cells) => Math.abs(Number(cells[columns.findIndex(({ name }) => name === attribute)]))));

  const byPlace = (left: { attribute: unknown; grain: unknown }, right: { attribute: unknown; grain: unknown }) =>
    JSON.stringify([left.grain, left.attribute]) < JSON.stringify([right.grain, right.attribute]) ? -1 : 1;

  it("is what a comparison row by row finds", async () => {
    await fc.assert(
      fc.asyncProperty(twoDates, async ({ current, prior }) => {
        const found = (await audit(current, prior)).sort(byPlace);
        const expected = compareRows(grain, attributes, current, prior).sort(byPlace);
        const exact = ({ delta, ...rest }: { delta: number | null }) => ({ ...rest, number: delta !== null });
        expect(found.map(exact)).to.deep.equal(expected.map(exact));
        found.forEach(({ delta, type, attribute }, index) => {
          const wanted = expected[index].delta;
          if (delta === null || wanted === null) return;
          if (type !== "duplicate") expect(delta).to.equal(wanted);
          // Sums over several rows may round in another order.
          else expect(delta).to.be.closeTo(wanted, largest(attribute, [...current, ...prior]) * 1e-12);
        });
      }),
      { numRuns: 150 },
    );
  });

  it("is empty when nothing changed, whatever the order of the rows", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 8 }), async (rows) => {
        expect(await audit(rows, [...rows].reverse())).to.deep.equal([]);
      }),
      { numRuns: 40 },
    );
  });

  it("has different texts for different numbers, which read back as the number", async () => {
    const tons = columns.findIndex(({ name }) => name === "tons");
    await fc.assert(
      fc.asyncProperty(fc.float({ noNaN: true, noDefaultInfinity: true }), async (value) => {
        const cells = columns.map((_, index): Cell => (index === tons ? value : null));
        const found = (await audit([cells], [])).find(({ attribute }) => attribute === "tons");
        expect(found?.current).to.equal(textOf(value, columns[tons]));
        expect(Math.fround(Number(found?.current))).to.equal(value + 0 || 0);
      }),
      { numRuns: 100 },
    );
  });
});
