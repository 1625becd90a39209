/** Mistakes in tables, and in results that do not fit them. */
import { type Case, perDay, perPlant, lake, fuels } from "./case";

export const schemaCases: readonly Case[] = [
  {
    name: "a column of the result misspelt",
    change: [perPlant, "readings.spent,", "readings.spent as spend,"],
    finds: ["result-name", "sql/daily/per_plant.sql:12:23", "'spend' is no column of per_plant"],
  },
  {
    name: "a column of the result without a name",
    change: [perPlant, "    plants.name,", "    upper(plants.name),"],
    finds: ["result-name", "sql/daily/per_plant.sql:10:5", "this column of the result has no name"],
  },
  {
    name: "a column of the result missing",
    change: [perPlant, "    readings.spent,\n", ""],
    finds: ["result-missing", "sql/daily/per_plant.sql:9:5", "the result lacks the column 'spent' of per_plant"],
  },
  {
    name: "a column of the result too many",
    change: [perPlant, "    readings.tags", "    readings.tags,\n    1 as one"],
    finds: ["result-extra", "sql/daily/per_plant.sql:14:10", "'one' is no column of per_plant"],
  },
  {
    name: "the partition key in the result",
    change: [perPlant, "    readings.tags", "    readings.tags,\n    plants.exec_date"],
    finds: ["result-extra", "sql/daily/per_plant.sql:14:5", "'exec_date' is a partition key of per_plant"],
  },
  {
    name: "two columns of the result with one name",
    change: [perPlant, "    readings.spent,", "    readings.spent, readings.tons,"],
    finds: ["result-duplicate", "sql/daily/per_plant.sql:12:21", "two columns of the result are called 'tons'"],
  },
  {
    name: "columns of the result in another order",
    change: [perDay, "    day,\n    state,", "    state,\n    day,"],
    finds: ["result-order", "sql/daily/per_day.sql:8:5", "'state' stands where per_day has 'day'"],
  },
  {
    name: "a number where the table has a text",
    change: [perPlant, "    plants.name,", "    length(plants.name) as name,"],
    finds: ["result-type", "sql/daily/per_plant.sql:10:28", "'name' is bigint, and per_plant has it as string"],
  },
  {
    name: "a bigint where the table has an int",
    change: [lake, 'readings: "bigint"', 'readings: "int"'],
    finds: ["result-type", "sql/daily/per_day.sql:11:5", "'readings' is bigint, and per_day has it as int"],
  },
  {
    name: "a sum of decimals that the table's type may not hold",
    change: [lake, 'spent: "decimal(38,2)"', 'spent: "decimal(12,2)"'],
    finds: [
      "result-type",
      "sql/daily/per_plant.sql:12:5",
      "'spent' is decimal(38,2), and per_plant has it as decimal(12,2)",
    ],
  },
  {
    name: "a real where the table has a decimal",
    change: [perPlant, "sum(tons) as tons", "cast(sum(tons) as decimal(10,1)) as tons"],
    finds: ["result-type", "sql/daily/per_plant.sql:11:5", "'tons' is decimal(10,1), and per_plant has it as double"],
  },
  {
    name: "elements of another type",
    change: [perPlant, "array_agg(distinct fuel)", "array_agg(distinct plant_id)"],
    finds: [
      "result-type",
      "sql/daily/per_plant.sql:13:5",
      "'tags' is array(integer), and per_plant has it as array<string>",
    ],
  },
  {
    name: "a type that Parquet has not",
    change: [perDay, "    day,\n    state", "    current_timestamp as day,\n    state"],
    finds: [
      "result-type",
      "sql/daily/per_day.sql:8:26",
      "'day' is timestamp(3) with time zone, and per_day has it as date: UNLOAD cannot write timestamp with time zone",
    ],
  },
  {
    name: "NULL without a type",
    change: [perPlant, "    readings.spent,", "    null as spent,"],
    finds: [
      "result-type",
      "sql/daily/per_plant.sql:12:13",
      "'spent' is unknown, and per_plant has it as decimal(38,2): NULL alone has no type that Parquet could hold",
    ],
  },
  {
    name: "a column's type misspelt",
    change: [lake, 'name: "string", opened', 'name: "text", opened'],
    finds: [
      "invalid-type",
      "lake.js:22:85",
      "'text' is no type of a column: Athena documentation, \"Data types in Amazon Athena\", has the list",
    ],
  },
  {
    name: "a column's name in capitals",
    change: [lake, 'plant_id: "int", name: "string", opened', 'plant_id: "int", name: "string", Opened'],
    finds: ["invalid-name", "lake.js:22:103", "'Opened' is no name of a column"],
  },
  {
    name: "a table's name with a dash",
    change: [lake, "const daily =", 'table("plants-1", { zone: "landing", columns: { a: "int" } });\nconst daily ='],
    finds: ["invalid-name", "lake.js:34:7", "'plants-1' is no name of a table"],
  },
  {
    name: "a table without columns",
    change: [lake, "const daily =", 'table("more", { zone: "landing", columns: {} });\nconst daily ='],
    finds: ["no-columns", "lake.js:34:43", "more has no columns"],
  },
  {
    name: "two tables of one name",
    change: [lake, "const daily =", 'table("plants", { zone: "processed", columns: { a: "int" } });\nconst daily ='],
    finds: ["duplicate-table", "lake.js:34:7", "there are two tables 'plants', in landing and processed"],
  },
  {
    name: "a partition key among the columns",
    change: [
      lake,
      "const daily =",
      'table("more", { zone: "landing", columns: { id: "int", exec_date: "date" } });\nconst daily =',
    ],
    finds: ["partition-keys", "lake.js:34:67", "'exec_date' is a column and a partition key of more"],
  },
  {
    name: "a partition key of a type that has no text",
    change: [
      lake,
      "const daily =",
      'table("more", { zone: "landing", columns: { id: "int" }, partitionKeys: { share: "double" } });\nconst daily =',
    ],
    finds: ["partition-keys", "lake.js:34:82", "share is a partition key of the type double"],
  },
  {
    // Glue web API reference, "GetPartitions", Expression: a table with such a key can't be asked for some of its partitions.
    name: "a partition key of a type that Glue's filters do not know",
    change: [
      lake,
      "const daily =",
      'table("more", { zone: "landing", columns: { id: "int" }, partitionKeys: { region: "varchar(10)" } });\nconst daily =',
    ],
    finds: ["partition-keys", "lake.js:34:83", "region is a partition key of the type varchar(10)"],
  },
  {
    name: "a seed's value that its type cannot hold",
    change: [fuels, "gas,", "petrol,"],
    finds: ["seed", "seeds/fuels.csv:3:1", "fuel: 'petrol' is no varchar(4): it is longer than 4"],
  },
  {
    name: "a seed's file that is not there",
    change: [lake, "seeds/fuels.csv", "seeds/fuel.csv"],
    finds: ["seed", "lake.js:84:1", "there is no file seeds/fuel.csv in the program's folder"],
  },
  {
    name: "a meaning of a column that is not there",
    change: [
      lake,
      '  seed: "seeds/fuels.csv",',
      '  seed: "seeds/fuels.csv",\n  about: { columns: { fule: "what burns" } },',
    ],
    finds: ["table-about", "lake.js:89:29", "there is no column 'fule' in fuels"],
  },
  {
    name: "personal data in a column that is not there",
    change: [lake, '  seed: "seeds/fuels.csv",', '  seed: "seeds/fuels.csv",\n  about: { personalData: ["name"] },'],
    finds: ["table-about", "lake.js:89:27", "there is no column 'name' in fuels"],
  },
  {
    name: "an owner of two lines",
    change: [lake, '  seed: "seeds/fuels.csv",', '  seed: "seeds/fuels.csv",\n  about: { owner: "a\\nb" },'],
    finds: ["table-about", "lake.js:89:19", "the owner is no line of 1 to 255 characters"],
  },
  {
    name: "a tag with a comma",
    change: [lake, '  seed: "seeds/fuels.csv",', '  seed: "seeds/fuels.csv",\n  about: { tags: ["co2,epa"] },'],
    finds: ["table-about", "lake.js:89:19", "'co2,epa' is no tag of 1 to 100 characters without a comma"],
  },
];
