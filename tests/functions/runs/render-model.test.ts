import { expect } from "chai";
import { importedTemplates, renderModel } from "../../../functions/runs/render-model";

const context = { execDate: "2024-11-08", tables: { orders: "landing_db_dev.orders" }, parameters: { unit: "t'on" } };
const render = (model: string, more: Record<string, string> = {}): string =>
  renderModel("m.sql", { "m.sql": model, ...more }, context);

describe("rendering a model", () => {
  const rendered: { name: string; model: string; sql: string; more?: Record<string, string> }[] = [
    {
      name: "the execution date is a literal",
      model: "where d = {{ exec_date }}",
      sql: "where d = date '2024-11-08'\n",
    },
    { name: "a table is qualified", model: 'from {{ table("orders") }}', sql: "from landing_db_dev.orders\n" },
    { name: "a parameter is a quoted literal", model: "select {{ parameters.unit }}", sql: "select 't''on'\n" },
    { name: "nothing is escaped as HTML", model: "select 1 < 2 {{ '<>' }}", sql: "select 1 < 2 <>\n" },
    {
      name: "macros come from other files",
      model: '{% from "macros/x.sql" import twice %}select {{ twice("a") }}',
      more: { "macros/x.sql": "{% macro twice(c) %}{{ c }} + {{ c }}{% endmacro %}" },
      sql: "select a + a\n",
    },
  ];
  for (const { name, model, more, sql } of rendered) it(name, () => expect(render(model, more)).to.equal(sql));

  const refused: { name: string; model: string; error: string; says: RegExp }[] = [
    {
      name: "an unknown table",
      model: 'from {{ table("order") }}',
      error: "TemplateInvalid",
      says: /no table 'order'.*orders/,
    },
    {
      name: "an undefined variable",
      model: "select\n {{ exec_dat }}",
      error: "TemplateInvalid",
      says: /m\.sql.*Line 2.*undefined/,
    },
    { name: "broken syntax", model: "select {% if %}", error: "TemplateInvalid", says: /m\.sql.*Line 1/ },
    { name: "a missing import", model: '{% include "no.sql" %}', error: "TemplateInvalid", says: /no\.sql/ },
  ];
  for (const { name, model, error, says } of refused) {
    it(`refuses ${name}, with its place`, () =>
      expect(() => render(model))
        .to.throw(says)
        .with.property("name", error));
  }

  it("finds imported templates, whichever tag names them", () => {
    const source = `{% from "a.sql" import x %}{%- include 'b.sql' %}{% import "c.sql" as c %}{% extends "d.sql" %}`;
    expect(importedTemplates(source)).to.deep.equal(["a.sql", "b.sql", "c.sql", "d.sql"]);
  });
});
