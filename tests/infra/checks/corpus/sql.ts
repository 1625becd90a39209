/** Mistakes in queries. */
import { type Case, perDay, perPlant, sums } from "./case";

export const sqlCases: readonly Case[] = [
  {
    name: "a comma too many",
    change: [perDay, "    readings\nfrom", "    readings,\nfrom"],
    finds: ["syntax-error", "sql/daily/per_day.sql:12:1", "mismatched input 'from'. Expecting: <identifier>"],
  },
  {
    name: "a keyword misspelt",
    change: [perPlant, "group by plant_id", "gruop by plant_id"],
    finds: ["syntax-error", "sql/daily/per_plant.sql:6:5", "mismatched input 'gruop'. Expecting: ')'"],
  },
  {
    name: "a bracket that is not closed",
    change: [perPlant, "length(plants.name)", "length(plants.name"],
    finds: ["syntax-error", "sql/daily/per_plant.sql:17:18", "mismatched input '<EOF>'. Expecting: ')'"],
  },
  {
    name: "a string that is not closed",
    change: [perDay, "= 'tons'", "= 'tons"],
    finds: ["syntax-error", "sql/daily/per_day.sql:13:31", "the string that starts here has no end"],
  },
  {
    name: "a mistake in a macro's SQL",
    change: [sums, "sum(tons) as tons", "sum(tons as tons"],
    finds: ["syntax-error", "sql/macros/sums.sql:5:14", "mismatched input 'as'. Expecting: ')'"],
  },
  {
    name: "an INSERT",
    change: [perDay, "with sums (", "insert into x with sums ("],
    finds: ["not-a-query", "sql/daily/per_day.sql:4:1", "a model is one SELECT, not insert"],
  },
  {
    name: "two statements",
    change: [perPlant, "order by tons desc", "; select 1"],
    finds: ["syntax-error", "sql/daily/per_plant.sql:17:3", "mismatched input 'select'. Expecting: <EOF>"],
  },
  {
    name: "backquotes",
    change: [perPlant, "    plants.name,", "    `plants`.name,"],
    finds: ["syntax-error", "sql/daily/per_plant.sql:10:5", 'unexpected character "`"'],
  },
  {
    name: "a column misspelt",
    change: [perPlant, "readings.spent", "readings.spend"],
    finds: ["unknown-column", "sql/daily/per_plant.sql:12:5", "there is no column 'readings.spend' here"],
  },
  {
    name: "a column misspelt in a macro",
    change: [sums, "sum(tons)", "sum(ton)"],
    finds: ["unknown-column", "sql/macros/sums.sql:5:9", "there is no column 'ton' here"],
  },
  {
    name: "a column misspelt in a text that a macro gets",
    change: [perDay, "cast(hour as date)", "cast(hours as date)"],
    finds: ["unknown-column", "sql/daily/per_day.sql:3:21", "there is no column 'hours' here"],
  },
  {
    name: "a column misspelt in a condition",
    change: [perPlant, "plants.plant_id = readings", "plants.plantid = readings"],
    finds: ["unknown-column", "sql/daily/per_plant.sql:15:41", "there is no column 'plants.plantid' here"],
  },
  {
    name: "a column misspelt in ORDER BY",
    change: [perPlant, "order by tons", "order by tonnes"],
    finds: ["unknown-column", "sql/daily/per_plant.sql:17:10", "there is no column 'tonnes' here"],
  },
  {
    name: "a table named past table()",
    change: [perPlant, '{{ table("plants") }}', "landing_db_dev.plant"],
    finds: ["unknown-table", "sql/daily/per_plant.sql:15:6", "there is no table 'landing_db_dev.plant' in this lake"],
  },
  {
    name: "a WITH table misspelt",
    change: [perDay, "from sums\n", "from sum\n"],
    finds: ["unknown-table", "sql/daily/per_day.sql:12:6", "there is no table 'sum' in this lake"],
  },
  {
    name: "a column that two tables have",
    change: [perPlant, "    readings.plant_id,\n", "    plant_id,\n"],
    finds: ["ambiguous-column", "sql/daily/per_plant.sql:9:5", "the column 'plant_id' could be of several tables"],
  },
  {
    name: "a function misspelt",
    change: [perPlant, "length(plants", "lenght(plants"],
    finds: ["unknown-function", "sql/daily/per_plant.sql:16:7", "Athena has no function 'lenght'"],
  },
  {
    name: "a function of another engine",
    change: [perPlant, "array_agg(distinct fuel)", "collect_list(fuel)"],
    finds: ["unknown-function", "sql/daily/per_plant.sql:3:63", "Athena has no function 'collect_list'"],
  },
  {
    name: "an aggregate misspelt in a macro",
    change: [sums, "sum(tons)", "summ(tons)"],
    finds: ["unknown-function", "sql/macros/sums.sql:5:5", "Athena has no function 'summ'"],
  },
  {
    name: "a function with too many arguments",
    change: [perPlant, "length(plants.name)", "length(plants.name, 3)"],
    finds: [
      "wrong-arguments",
      "sql/daily/per_plant.sql:16:7",
      "Unexpected parameters (varchar, integer) for function length. Expected: length(varbinary), length(varchar)",
    ],
  },
  {
    name: "an aggregate with two arguments",
    change: [perPlant, "sum(amount)", "sum(amount, 2)"],
    finds: [
      "wrong-arguments",
      "sql/daily/per_plant.sql:3:41",
      "Unexpected parameters (decimal(12,2), integer) for function sum.",
    ],
  },
  {
    name: "the sum of a text",
    change: [perPlant, "sum(amount)", "sum(fuel)"],
    finds: ["wrong-arguments", "sql/daily/per_plant.sql:3:41", "Unexpected parameters (varchar) for function sum."],
  },
  {
    name: "a text compared with a number",
    change: [perPlant, "length(plants.name) > 0", "plants.name > 0"],
    finds: ["type-mismatch", "sql/daily/per_plant.sql:16:7", "Cannot apply operator: varchar > integer"],
  },
  {
    name: "a date compared with a text",
    change: [perPlant, "where exec_date = {{ exec_date }}", "where exec_date = '2024-11-09'"],
    finds: ["type-mismatch", "sql/daily/per_plant.sql:5:11", "Cannot apply operator: date = varchar(10)"],
  },
  {
    name: "a condition that is no truth",
    change: [perPlant, "where length(plants.name) > 0", "where length(plants.name)"],
    finds: ["type-mismatch", "sql/daily/per_plant.sql:16:7", "Expression must evaluate to a boolean (actual: bigint)"],
  },
  {
    name: "branches of CASE that differ",
    change: [perPlant, "    plants.name,", "    case when readings.tons > 1 then plants.name else 0 end as name,"],
    finds: [
      "type-mismatch",
      "sql/daily/per_plant.sql:10:5",
      "All CASE operands must be the same type: varchar vs integer",
    ],
  },
  {
    name: "sets of different width",
    change: [perDay, "from sums\n", "from sums union all select day, state, tons from sums\n"],
    finds: ["type-mismatch", "sql/daily/per_day.sql:12:11", "UNION query has different number of fields: 4, 3"],
  },
  {
    name: "a column that is not grouped",
    change: [sums, "group by {{ columns }}", "group by state"],
    finds: [
      "not-grouped",
      "sql/daily/per_day.sql:3:21",
      "'hour' must be an aggregate expression or appear in GROUP BY clause",
    ],
  },
  {
    name: "an aggregate in WHERE",
    change: [perDay, "where {{", "where sum(tons) > 1 and {{"],
    finds: [
      "misplaced-aggregate",
      "sql/daily/per_day.sql:13:7",
      "WHERE clause cannot contain aggregations, window functions or grouping operations: [sum]",
    ],
  },
  {
    name: "aggregates in one another",
    change: [perPlant, "sum(tons) as tons", "sum(max(tons)) as tons"],
    finds: ["misplaced-aggregate", "sql/daily/per_plant.sql:3:22", "Cannot nest aggregations inside aggregation 'sum'"],
  },
  {
    name: "a rank without a window",
    change: [perPlant, "sum(tons) as tons", "rank() as tons"],
    finds: ["misplaced-aggregate", "sql/daily/per_plant.sql:3:22", "Window function rank requires an OVER clause"],
  },
  {
    name: "a position that is not in the list",
    change: [perPlant, "order by tons desc", "order by 9"],
    finds: ["invalid-query", "sql/daily/per_plant.sql:17:10", "ORDER BY position 9 is not in select list"],
  },
  {
    name: "aliases that do not count up",
    change: [perDay, "sums (day, state, tons, readings)", "sums (day, state, tons)"],
    finds: [
      "invalid-query",
      "sql/daily/per_day.sql:4:6",
      "Column alias list has 3 entries but 'sums' has 4 columns available",
    ],
  },
  {
    name: "a full join without an equality",
    change: [
      perPlant,
      'join {{ table("plants") }} as plants on plants.plant_id =',
      'full join {{ table("plants") }} as plants on plants.plant_id > readings.plant_id or plants.plant_id =',
    ],
    finds: ["invalid-query", "sql/daily/per_plant.sql:15:82", "FULL JOIN involving an unsupported condition"],
  },
  {
    // The model's own text would fit: what its run lands, it reads from the table of all runs.
    name: "a query that is too long as it is run",
    change: [perDay, "-- Tons per day", `-- ${"x".repeat(253_300)}\n-- Tons per day`],
    finds: [
      "query-too-long",
      "sql/daily/per_day.sql:1:1",
      "the query has about 262248 bytes with what goes around it; Athena and Step Functions take 262144",
    ],
  },
];
