import { expect } from "chai";
import { auditQuery, deviations } from "../../../cli/sample/acceptance";
import type { Cell } from "../../../cli/presentation/table";

const landing: Cell[] = [
  "landing",
  "utility_data_oh",
  "co2_mass_tons",
  "2828",
  "1",
  "1996-01-01 05:00:00.000",
  "366.00",
  "3660000.00",
];
const monthly = (attribute: string, curr: string, prev: string): Cell[] => [
  ...["processed", "utility_emissions_monthly", attribute, "199601"],
  ...[undefined, undefined, curr, prev],
];
const real = [
  landing,
  monthly("co2_ton_oh", "8708463.00", "12368097.00"),
  monthly("co2_ton_total", "14661100.00", "18320734.00"),
];
const generated = [
  landing,
  monthly("co2_ton_oh", "8708968.00", "12368602.00"),
  monthly("co2_ton_total", "14659280.00", "18318914.00"),
];

describe("the acceptance test's verdict", () => {
  const cases: [string, Cell[][], boolean, RegExp[]][] = [
    ["the published files", real, true, []],
    ["generated files, whose sums are their own", generated, false, []],
    ["generated files' sums for published ones", generated, true, [/co2_ton_oh .* expected 8708463/, /co2_ton_total/]],
    ["a row too many", [...real, monthly("co2_ton_in", "1", "2")], true, [/has 4 rows; expected exactly 3/]],
    ["a row too few", real.slice(0, 2), true, [/has 2 rows/, /no row for .*co2_ton_total/]],
    ["no rows", [], true, [/has 0 rows/, /no row/, /no row/, /no row/]],
    [
      "a move of another size",
      [landing, monthly("co2_ton_oh", "8708968", "8708970"), ...generated.slice(2)],
      false,
      [/a move of -3659634/],
    ],
    [
      "a wrong unit-hour",
      [[...landing.slice(0, 6), "367.00", "3660000.00"], ...generated.slice(1)],
      false,
      [/says 367/],
    ],
  ];
  for (const [name, rows, published, says] of cases) {
    it(name, () => {
      const found = deviations(rows, published);
      expect(found, found.join("\n")).to.have.length(says.length);
      says.forEach((pattern, index) => expect(found[index]).to.match(pattern));
    });
  }

  it("asks for one date's rows", () => {
    expect(auditQuery("audit_db_dev", "2024-11-09")).to.include(
      "from audit_db_dev.audit where exec_date = date '2024-11-09'",
    );
  });
});
