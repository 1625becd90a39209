import { expect } from "chai";
import { restedOn } from "../../../cli/runs/rested-on";
import type { Run } from "../../../cli/runs/run-records";

describe("what a run was made of", () => {
  const run = (pipeline: string, id: string, upstreams: Record<string, string> = {}): Run => ({
    ...{ pipeline, exec_date: "2024-11-08", run: id, status: "SUCCEEDED", started: "", upstreams },
    ...{ steps: [], notes: [], inputs: [], checks: [] },
  });
  const weekly = run("weekly", "0a", { daily: "0b" });
  const monthly = run("monthly", "0c", { weekly: "0a" });
  const runs = [run("daily", "0b"), weekly, monthly];

  it("is the run before it, or one before that", () => {
    expect(restedOn(weekly, "daily", runs)).to.equal("0b");
    expect(restedOn(monthly, "daily", runs)).to.equal("0b");
  });

  it("is not known without a record of the one between", () => {
    expect(restedOn(monthly, "daily", [monthly])).to.equal(undefined);
    expect(restedOn(monthly, "yearly", runs)).to.equal(undefined);
  });
});
