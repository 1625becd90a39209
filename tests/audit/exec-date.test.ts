import { expect } from "chai";
import { execDate, priorDate } from "../../audit/exec-date";

describe("an execution date", () => {
  it("is a day of the calendar", () => {
    for (const date of ["2024-11-08", "2024-02-29", "0001-01-01"]) expect(execDate(date)).to.equal(date);
  });

  for (const date of [
    "2023-02-29",
    "2024-13-01",
    "2024-1-1",
    "20241108",
    "2024-11-08 ",
    "2024-11-08'",
    "",
    null,
    20241108,
  ]) {
    it(`is not ${JSON.stringify(date)}`, () => {
      expect(() => execDate(date))
        .to.throw("write a day of the calendar as YYYY-MM-DD")
        .with.property("name", "AuditError");
    });
  }
});

describe("the prior date", () => {
  const cases: { dates: string[]; prior: string | undefined }[] = [
    { dates: [], prior: undefined },
    { dates: ["2024-11-09"], prior: undefined },
    { dates: ["2024-11-10", "2024-11-09"], prior: undefined },
    { dates: ["2024-11-10", "2024-11-08", "2024-11-09", "2023-12-31"], prior: "2024-11-08" },
    { dates: ["__HIVE_DEFAULT_PARTITION__", "2024-10-31"], prior: "2024-10-31" },
  ];
  for (const { dates, prior } of cases) {
    it(`among ${JSON.stringify(dates)} is ${prior ?? "none"}`, () => {
      expect(priorDate(dates, execDate("2024-11-09"))).to.equal(prior);
    });
  }
});
