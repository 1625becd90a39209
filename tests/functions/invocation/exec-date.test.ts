import { expect } from "chai";
import { parseExecDate } from "../../../functions/invocation/exec-date";

describe("execution date", () => {
  for (const date of ["2024-11-08", "2024-02-29", "1996-01-01"]) {
    it(`takes ${date}`, () => expect(parseExecDate(date, "key")).to.equal(date));
  }
  for (const text of ["2024-02-30", "2023-02-29", "2024-13-01", "2024-1-1", "20241108", "", "2024-11-08T00:00", "x"]) {
    it(`refuses '${text}', naming the place`, () => {
      expect(() => parseExecDate(text, "incoming/s/x"))
        .to.throw(`incoming/s/x: '${text}'`)
        .with.property("name", "ExecDateInvalid");
    });
  }
});
