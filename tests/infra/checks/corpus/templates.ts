/** Mistakes in templates. */
import { type Case, perDay, perPlant, sums } from "./case";

export const templatesCases: readonly Case[] = [
  {
    name: "a macro that is not closed",
    change: [sums, "{%- endmacro %}", ""],
    finds: ["template-syntax", "sql/macros/sums.sql:9:23", "unexpected end of file"],
  },
  {
    name: "a tag that is not closed",
    change: [perDay, "exec_date) | indent(4) }}", "exec_date) | indent(4) }"],
    finds: ["template-syntax", "sql/daily/per_day.sql:5:64", "expected variable end"],
  },
  {
    name: "a tag that does not exist",
    change: [perDay, "{% set keys", "{% sett keys"],
    finds: ["template-syntax", "sql/daily/per_day.sql:3:4", "unknown block tag: sett"],
  },
  {
    name: "a macro file that does not exist",
    change: [perDay, "macros/sums.sql", "macros/sum.sql"],
    finds: ["unknown-template", "sql/daily/per_day.sql:2:9", "there is no template 'macros/sum.sql'"],
  },
  {
    name: "a macro that does not exist",
    change: [perDay, "import tons_by", "import tons_per as tons_by"],
    finds: ["unknown-macro", "sql/daily/per_day.sql:2:34", "macros/sums.sql has no macro 'tons_per'"],
  },
  {
    name: "a variable that does not exist",
    change: [perPlant, "where exec_date = {{ exec_date }}", "where exec_date = {{ exec_dat }}"],
    finds: ["undefined-variable", "sql/daily/per_plant.sql:5:26", "there is no variable 'exec_dat' here"],
  },
  {
    name: "the execution date within a macro that does not take it",
    change: [sums, "source, exec_date, unit", "source, date, unit"],
    finds: ["undefined-variable", "sql/macros/sums.sql:8:22", "there is no variable 'exec_date' here"],
  },
  {
    name: "a parameter that the pipeline has not",
    change: [perDay, "parameters.unit", "parameters.units"],
    finds: ["unknown-parameter", "sql/daily/per_day.sql:13:21", "the pipeline has no parameter 'units'"],
  },
  {
    name: "a filter that does not exist",
    change: [perDay, "indent(4)", "indented(4)"],
    finds: ["unknown-filter", "sql/daily/per_day.sql:5:54", "there is no filter 'indented'"],
  },
  {
    name: "a macro called without an argument",
    change: [perDay, ", exec_date) |", ") |"],
    finds: ["macro-arguments", "sql/daily/per_day.sql:5:8", "the macro 'tons_by' is called without 'exec_date'"],
  },
  {
    name: "a macro called with too many arguments",
    change: [perDay, ", exec_date) |", ", exec_date, 1, 2) |"],
    finds: [
      "macro-arguments",
      "sql/daily/per_day.sql:5:8",
      "the macro 'tons_by' is called with 5 arguments and takes 4",
    ],
  },
  {
    name: "a macro called with a name that it has not",
    change: [perDay, ", exec_date) |", ', exec_date, units="kg") |'],
    finds: ["macro-arguments", "sql/daily/per_day.sql:5:8", "the macro 'tons_by' has no argument 'units'"],
  },
  {
    name: "a table that the lake has not",
    change: [perPlant, 'table("plants")', 'table("plant")'],
    finds: ["unknown-table", "sql/daily/per_plant.sql:15:15", "there is no table 'plant' in this lake"],
  },
  {
    name: "a division that a template cannot do",
    change: [perDay, "where {{ parameters.unit }}", "where {{ parameters.unit() }}"],
    finds: [
      "template-error",
      "sql/daily/per_day.sql:13:25",
      'Unable to call `parameters["unit"]`, which is not a function',
    ],
  },
];
