import { runtime } from "@pulumi/pulumi";
import { expect } from "chai";
import { readAuditChange } from "../../audit/audit-change";
import { changeSetQueries } from "../../audit/change-set";
import { readAuditConfig } from "../../audit/config";
import { priorDate } from "../../audit/exec-date";
import { explain } from "../../audit/explanation";
import { explanationSentence } from "../../audit/sentence";
import { hourly } from "./tables";

/** What a deployed function does with this room, on JSON. */
function handler(stored: string): { sql: string[]; prior: unknown; told: string[]; error: string } {
  const change = readAuditChange({
    ...{ table_name: "t", layer: "l", attribute: "a", period: "1996-01-01", change_type: "changed", delta: "1" },
    ...{ grain_key_1: "id", grain_value_1: "7", curr_value: "2", prev_value: "1" },
  });
  const tables = ["t", "s"].map((table) => ({ table, attributes: ["a"], span: "day" as const }));
  const attributes = [{ table: "t", attribute: "a", sources: [{ table: "s", attribute: "a" }] }];
  let error = "";
  try {
    readAuditConfig("{");
  } catch (thrown) {
    error = `${String(thrown instanceof Error)} ${(thrown as Error).name}`;
  }
  const config = readAuditConfig(stored);
  return {
    sql: changeSetQueries(config, { execDate: "2024-11-09", priorDate: "2024-11-08" }),
    prior: priorDate(["2024-11-08"], "2024-11-09" as never),
    told: explain([change, { ...change, table: "s" }], { tables, attributes }).map((each) => explanationSentence(each)),
    error,
  };
}

describe("the audit room in a closure", () => {
  it("works as it does here, with nothing but itself", async () => {
    const { text } = await runtime.serializeFunction(handler);
    expect(text).not.to.match(/require\("(?!\.)/);
    const module = { exports: {} as { handler: typeof handler } };
    // What Lambda does with the text of a function.
    new Function("exports", "module", "require", text)(module.exports, module, require);
    const stored = JSON.stringify(hourly);
    expect(module.exports.handler(stored)).to.deep.equal(handler(stored));
    expect(handler(stored).error).to.equal("true AuditError");
  });
});
