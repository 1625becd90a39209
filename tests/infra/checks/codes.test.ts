import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { findingCodes } from "../../../infra/checks/finding";

describe("docs/checks.md", () => {
  it("says of each code, and of no other, what causes it and what to do", () => {
    const page = readFileSync(join(__dirname, "../../../docs/checks.md"), "utf8");
    const rows = [...page.matchAll(/^\| `([a-z-]+)` *\|(.*)\|(.*)\|$/gm)];
    expect(rows.map(([, code]) => code).sort()).to.deep.equal([...findingCodes].sort());
    for (const [, code, cause, remedy] of rows) {
      expect(cause.trim(), code).to.not.equal("");
      expect(remedy.trim(), code).to.not.equal("");
    }
  });
});
