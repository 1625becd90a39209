import { expect } from "chai";
import { compareRows, type CellText, type Difference } from "../../../cli/testing/compare";

const columns = [{ name: "id" }, { name: "tons", digits: 6 }, { name: "state" }];
const N = undefined;

describe("comparing rows", () => {
  const cases: {
    name: string;
    expected: CellText[][];
    actual: CellText[][];
    key?: string[];
    differences: Difference[];
  }[] = [
    {
      name: "equal rows in another order",
      expected: [
        ["1", "1.5", "OH"],
        ["2", N, "IN"],
      ],
      actual: [
        ["2", N, "IN"],
        ["1", "1.5", "OH"],
      ],
      differences: [],
    },
    {
      name: "numbers that differ in the last digit of a real",
      expected: [["1", "0.3", "OH"]],
      actual: [["1", "0.30000001", "OH"]],
      differences: [],
    },
    {
      name: "numbers that differ",
      expected: [["1", "0.3", "OH"]],
      actual: [["1", "0.301", "OH"]],
      differences: [{ kind: "value", row: 1, column: "tons", expected: "0.3", actual: "0.301" }],
    },
    {
      name: "digits of text, which is no number",
      expected: [["1", "1", "1.0"]],
      actual: [["1", "1", "1"]],
      differences: [{ kind: "value", row: 1, column: "state", expected: "1.0", actual: "1" }],
    },
    {
      name: "NULL and nothing else",
      expected: [["1", N, "OH"]],
      actual: [["1", "0", "OH"]],
      differences: [{ kind: "value", row: 1, column: "tons", expected: N, actual: "0" }],
    },
    {
      name: "a row twice that is expected once",
      expected: [["1", "1", "OH"]],
      actual: [
        ["1", "1", "OH"],
        ["1", "1", "OH"],
      ],
      differences: [{ kind: "surplus", row: 2, actual: ["1", "1", "OH"] }],
    },
    {
      name: "rows that belong together by their key",
      key: ["id"],
      expected: [
        ["1", "1", "OH"],
        ["2", "2", "IN"],
      ],
      actual: [
        ["2", "1", "OH"],
        ["3", "2", "IN"],
      ],
      differences: [
        { kind: "missing", row: 1, expected: ["1", "1", "OH"] },
        { kind: "value", row: 2, column: "tons", expected: "2", actual: "1" },
        { kind: "value", row: 2, column: "state", expected: "IN", actual: "OH" },
        { kind: "surplus", row: 2, actual: ["3", "2", "IN"] },
      ],
    },
    {
      name: "rows that belong together as most columns agree, without a key",
      expected: [["1", "1", "OH"]],
      actual: [
        ["7", "8", "IN"],
        ["1", "2", "OH"],
      ],
      differences: [
        { kind: "value", row: 1, column: "tons", expected: "1", actual: "2" },
        { kind: "surplus", row: 1, actual: ["7", "8", "IN"] },
      ],
    },
    {
      name: "no row in common",
      expected: [["1", "1", "OH"]],
      actual: [["2", "2", "IN"]],
      differences: [
        { kind: "missing", row: 1, expected: ["1", "1", "OH"] },
        { kind: "surplus", row: 1, actual: ["2", "2", "IN"] },
      ],
    },
  ];
  for (const { name, differences, ...rows } of cases) {
    it(name, () => expect(compareRows({ columns, ...rows })).to.deep.equal(differences));
  }
});
