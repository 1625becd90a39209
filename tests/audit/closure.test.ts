import { runtime } from "@pulumi/pulumi";
import { expect } from "chai";
import { readAuditChange } from "../../audit/audit-change";
import { changeSetQueries } from "../../audit/change-set";
import { readAuditConfig } from "../../audit/stored-config";
import { priorDate } from "../../audit/exec-date";
import { columnLineage } from "../../audit/explanation/column-lineage";
import { explanationQuery } from "../../audit/explanation/plan";
import { hourly } from "./tables";

/** What a deployed function does with this room, on JSON. */
function handler(stored: string): {
  sql: string[];
  prior: unknown;
  change: unknown;
  explained: unknown;
  lineage: unknown;
  error: string;
} {
  const change = readAuditChange({
    ...{ table_name: "t", layer: "l", attribute: "a", period: "1996-01-01", change_type: "changed", delta: "1" },
    ...{ grain_key_1: "id", grain_value_1: "7", curr_value: "2", prev_value: "1" },
  });
  const model =
    "with h as (select u.* from lake.u where exec_date = date '2024-11-09') select plant_id_eia, emissions_unit_id_epa, operating_datetime_utc, " +
    "sum(case when u.a > 1 then x else 0 end) / 2 as co2_mass_tons from h as u group by 1, 2, 3";
  let error = "";
  try {
    readAuditConfig("{");
  } catch (thrown) {
    error = `${String(thrown instanceof Error)} ${(thrown as Error).name}`;
  }
  const config = readAuditConfig(stored);
  const dates = { execDate: "2024-11-09", priorDate: "2024-11-08" };
  const columns = [
    ...config.grain,
    { column: "x", type: "float" },
    { column: "a", type: "int" },
    { column: "exec_date", type: "date" },
  ];
  const tables = [{ database: "lake", table: "u", columns, grain: config.grain }];
  return {
    sql: changeSetQueries(config, { execDate: "2024-11-09", priorDate: "2024-11-08" }),
    prior: priorDate(["2024-11-08"], "2024-11-09" as never),
    change,
    explained: explanationQuery(config, dates, {
      tables,
      models: { [`${config.database}.${config.table}`]: { current: model, prior: model } },
      files: {},
      labels: {},
    }),
    lineage: columnLineage(model, tables),
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
    expect(handler(stored).explained).to.include("ELSE 'sum' END");
  });
});
