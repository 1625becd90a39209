import { expect } from "chai";
import { differences } from "../../../cli/lake/deployed-models";

describe("the models of a project and those deployed", () => {
  it("differ where one was changed, is new or was removed", () => {
    const written = new Map([
      ["a.sql", "select 1"],
      ["b.sql", "select 2"],
      ["macros/new.sql", "x"],
    ]);
    const deployed = new Map([
      ["a.sql", "select 1"],
      ["b.sql", "select 3"],
      ["old.sql", "y"],
    ]);
    expect(differences(written, deployed)).to.deep.equal([
      "sql/b.sql was changed",
      "sql/macros/new.sql is new",
      "sql/old.sql was removed",
    ]);
    expect(differences(written, new Map(written))).to.deep.equal([]);
  });
});
