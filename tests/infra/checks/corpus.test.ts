import { expect } from "chai";
import { findingCodes } from "../../../infra/checks/finding";
import { auditCases } from "./corpus/audit";
import type { Case } from "./corpus/case";
import { graphAndConfigCases } from "./corpus/graph-and-config";
import { incomingFileCases } from "./corpus/incoming-files";
import { machineAndPermissionCases } from "./corpus/machine-and-permission";
import { baseProgram, check } from "./corpus/program";
import { schemaCases } from "./corpus/schema";
import { sqlCases } from "./corpus/sql";
import { templatesCases } from "./corpus/templates";

describe("the corpus of broken programs", () => {
  const base = baseProgram();
  const groups: Record<string, readonly Case[]> = {
    templates: templatesCases,
    queries: sqlCases,
    "tables and results": schemaCases,
    audits: auditCases,
    "graph and settings": graphAndConfigCases,
    "incoming files": incomingFileCases,
    "state machines and policies": machineAndPermissionCases,
  };

  it("has nothing to say about the program that is right", () => {
    expect(check(base)).to.deep.equal([]);
  });

  for (const [group, cases] of Object.entries(groups)) {
    describe(group, () => {
      for (const { name, change, finds } of cases) {
        it(name, () => {
          const [file, what, by] = change;
          expect(base[file].split(what).length - 1, `'${what}' in ${file}`).to.be.at.least(1);
          const found = check({ ...base, [file]: base[file].replace(what, () => by) });
          expect(found.map(({ code, place, message }) => [code, place, message])).to.deep.equal([finds]);
        });
      }
    });
  }

  it("has at least 60 programs, and one for every code that a program can earn", () => {
    const cases = Object.values(groups).flat();
    expect(cases.length).to.be.at.least(60);
    const earned = new Set(cases.map(({ finds: [code] }) => code));
    // A warning of its own below; settings of a stage are checked before there is a lake.
    const elsewhere = ["not-checked", "stage-setting"];
    expect(findingCodes.filter((code) => !earned.has(code) && !elsewhere.includes(code))).to.deep.equal([]);
  });
});
