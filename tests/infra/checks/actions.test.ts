import { expect } from "chai";
import { policyFaults } from "../../../infra/checks/policies";
import { arns } from "../../../infra/names";
import { grants, type Statement } from "../../../infra/permissions";

describe("the actions that a lake grants", () => {
  const place = { account: "111122223333", region: "us-east-1", stage: "dev" };
  const table = { database: "d", table: "t", bucket: "b", prefix: "d/t/" };

  it("are all known to the checks, on resources that they are about", () => {
    const grant = grants(arns(place)) as unknown as Record<string, (...args: unknown[]) => Statement | Statement[]>;
    const names = Object.keys(grant);
    expect(names).to.include("readObjects");
    const tables = names.filter((name) => /Tables|Partitions|Below|Runs|Views$/.test(name));
    for (const name of names) {
      // Builders take tables, a name, names, or a bucket and names: whatever a builder does not take, it ignores or refuses.
      const args = tables.includes(name) ? ["S", [table]] : ["S", "name", ["key"]];
      let statements: Statement[];
      try {
        statements = [grant[name](...args)].flat();
      } catch {
        statements = [grant[name]("S", ["name"])].flat();
      }
      expect(statements, name).to.not.deep.equal([]);
      for (const statement of statements) expect(policyFaults(name, [statement]), name).to.deep.equal([]);
    }
  });
});
