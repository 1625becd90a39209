import { expect } from "chai";
import { contradictionsOf } from "../../../cli/runs/shown-runs";

// What a rollback of one table leaves, tests/cli/commands/run-commands.test.ts sees.
describe("tables that show different runs", () => {
  const shown = (table: string, run: string, date = "2024-11-08") => ({ database: "d", table, date, run });

  it("are told by date, with the tables of each run", () =>
    expect(
      contradictionsOf("daily", [
        shown("oh", "0a"),
        shown("in", "0b"),
        shown("days", "0b"),
        shown("oh", "0c", "2024-11-09"),
      ]),
    ).to.deep.equal([
      "daily 2024-11-08 shows oh of run 0a beside in, days of run 0b: `tributary rollback --pipeline daily --date 2024-11-08 " +
        "--run …` or `tributary rerun --pipeline daily --date 2024-11-08` makes all of them one run's.",
    ]));

  it("are none where all show one", () =>
    expect(contradictionsOf("daily", [shown("oh", "0a"), shown("in", "0a")])).to.deep.equal([]));
});
