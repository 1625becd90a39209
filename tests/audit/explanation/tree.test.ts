import { expect } from "chai";
import { explanationSentence } from "../../../audit/explanation/sentence";
import { explanationOf, readEdge, withoutSteps, type Edge, type Explanation } from "../../../audit/explanation/tree";
import { explanationColumns } from "../../../audit/explanation/edge-table";

const units = { total: "tons", oh: "tons", indiana: "tons", tons: "tons" };

/** A row of the explanation table, from text to text. */
function edge(
  result: [string, string, string],
  change: number,
  more: Record<string, string | number | null> = {},
): Edge {
  return readEdge({
    result_table: result[0],
    result_attribute: result[1],
    result_grain_value_1: result[2],
    result_change: String(change),
    place: "1",
    row_count: "1",
    method: "sum",
    ...more,
  });
}

const source = (table: string, attribute: string, grain: string, prior: string | null, current: string | null) => ({
  source_table: table,
  source_attribute: attribute,
  source_grain_value_1: grain,
  source_prev_value: prior,
  source_curr_value: current,
});
const month = (attribute: string, prior: number, current: number) => ({
  ...{ table: "months", attribute, grain: ["199601"], files: {}, became: "changed" as const },
  ...{ prior: String(prior), current: String(current), change: current - prior },
});
const rest = (result: [string, string, string], change: number, contribution: number, place = 9) =>
  edge(result, change, { method: "unexplained", contribution, place, row_count: 0 });

const total: [string, string, string] = ["months", "total", "199601"];
const oh: [string, string, string] = ["months", "oh", "199601"];

const stories: { tells: string; change: ReturnType<typeof month>; edges: Edge[]; sentence: string }[] = [
  {
    tells: "a way through a column of the same row",
    change: month("total", 18_320_734, 14_661_100),
    edges: [
      edge(total, -3_659_634, {
        ...source("months", "oh", "199601", "12368097", "8708463"),
        contribution: -3_659_634,
        method: "arithmetic",
      }),
      rest(total, -3_659_634, 0),
      edge(oh, -3_659_634, {
        ...source("hours", "tons", "1996-01-01 05:00:00.000", "3660000", "366"),
        contribution: -3_659_634,
      }),
    ],
    sentence:
      "For 1996-01 total fell by 3,659,634 tons because oh fell by the same, because hours's 1996-01-01 05:00 tons went from " +
      "3,660,000 to 366 (100 %).",
  },
  {
    tells: "columns that go against each other",
    change: month("total", 200, 220),
    edges: [
      edge(total, 20, { ...source("months", "indiana", "199601", "100", "130"), contribution: 30 }),
      edge(total, 20, { ...source("months", "oh", "199601", "100", "90"), contribution: -10, place: 2 }),
    ],
    sentence: "For 1996-01 total rose by 20 tons because indiana rose by 30 (150 %) and oh fell by 10 (−50 %).",
  },
  {
    tells: "rows that came, went and are not listed",
    change: month("oh", 100, 120),
    edges: [
      edge(oh, 20, { ...source("hours", "tons", "a", null, "15"), contribution: 15, source_change: "added" }),
      edge(oh, 20, {
        ...source("hours", "tons", "b", "5", null),
        contribution: -5,
        place: 2,
        source_change: "removed",
      }),
      edge(oh, 20, { method: "further rows", contribution: 10, row_count: 4, place: 3 }),
    ],
    sentence:
      "For 1996-01 oh rose by 20 tons because hours's a came with tons 15 (75 %), b went with tons 5 (−25 %) and 4 more (50 %).",
  },
  {
    tells: "what stays unexplained",
    change: month("oh", 100, 90),
    edges: [edge(oh, -10, { ...source("hours", "tons", "a", "8", "1"), contribution: -7 }), rest(oh, -10, -3)],
    sentence:
      "For 1996-01 oh fell by 10 tons because hours's a tons went from 8 to 1 (70 %); −3 tons (30 %) remain unexplained.",
  },
  {
    tells: "no rounding as unexplained",
    change: month("oh", 12_368_097, 8_708_463),
    edges: [
      edge(oh, -3_659_634, { ...source("hours", "tons", "a", "3660000", "366"), contribution: -3_659_634.5 }),
      rest(oh, -3_659_634, 0.5),
    ],
    sentence: "For 1996-01 oh fell by 3,659,634 tons because hours's a tons went from 3,660,000 to 366 (100 %).",
  },
  {
    tells: "what is not followed",
    change: month("oh", 100, 90),
    edges: [edge(oh, -10, { method: "not followed", contribution: -10, note: "window function lag: not followed" })],
    sentence: "For 1996-01 oh fell by 10 tons (window function lag: not followed).",
  },
  {
    tells: "a change of which nothing is known",
    change: month("oh", 100, 90),
    edges: [],
    sentence: "For 1996-01 oh fell by 10 tons, and nothing it is computed from is known to have changed.",
  },
];

describe("an explanation's tree", () => {
  for (const { tells, change, edges, sentence } of stories) {
    it(`tells ${tells}`, () => {
      expect(explanationSentence(explanationOf(change, edges), "1996-01", units)).to.equal(sentence);
    });
  }

  it("starts at results, not at steps of others", () => {
    const [{ change, edges }] = stories;
    const trees = [explanationOf(month("oh", 12368097, 8708463), edges), explanationOf(change, edges)];
    expect(withoutSteps(trees).map(({ attribute }) => attribute)).to.deep.equal(["total"]);
  });

  it("does not go in circles", () => {
    const circle = [
      edge(total, 1, { ...source("months", "oh", "199601", "1", "2"), contribution: 1 }),
      edge(oh, 1, { ...source("months", "total", "199601", "1", "2"), contribution: 1 }),
    ];
    const depth = ({ causes }: Explanation): number => 1 + Math.max(0, ...causes.map((cause) => depth(cause.source)));
    expect(depth(explanationOf(month("total", 1, 2), circle))).to.equal(3);
  });

  it("reads every column of the table that it needs, and says which one is missing", () => {
    const names = explanationColumns.map(({ name }) => name);
    for (const name of ["result_table", "result_attribute", "result_change", "place", "method"]) {
      expect(names).to.include(name);
      expect(() => edge(oh, 1, { [name]: null })).to.throw(`A row of the explanation table has no ${name}.`);
    }
  });
});
