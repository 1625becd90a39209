import { expect } from "chai";
import { parseType } from "../../athena-sql/trino/type-text";
import { valueFault } from "../../rows/value-fault";

/** Glue type → texts that are values of it, and texts that are none with why. Athena documentation, "Data types in Amazon Athena". */
const cases: Readonly<Record<string, { values: string[]; not: Record<string, RegExp> }>> = {
  boolean: { values: ["true", "FALSE"], not: { yes: /is no boolean: write true or false/, "1": /no boolean/ } },
  tinyint: {
    values: ["-128", "127"],
    not: { "128": /beyond what tinyint holds \(-128 to 127\)/, "1.0": /no tinyint/ },
  },
  int: { values: ["+1", "2147483647"], not: { "2147483648": /beyond/, "1e3": /no integer/, "": /no integer/ } },
  bigint: { values: ["-9223372036854775808"], not: { "9223372036854775808": /beyond/ } },
  float: { values: ["1", "-1.5e3", ".5", "NaN", "-Infinity"], not: { "1e39": /beyond what real holds/, x: /no real/ } },
  double: { values: ["1e39"], not: { "1e400": /beyond/, "1,5": /no double/ } },
  "decimal(5,2)": {
    values: ["123.45", "-0.5", "1.500"],
    not: { "1.234": /2 digits behind/, "1234": /3 digits before/, e: /no dec/ },
  },
  string: { values: ["", "anything"], not: {} },
  "varchar(3)": { values: ["abc", "äöü"], not: { abcd: /longer than 3/ } },
  "char(2)": { values: ["a"], not: { abc: /longer than 2/ } },
  date: {
    values: ["2024-02-29"],
    not: { "2023-02-29": /write 2024-11-08/, "2024-2-9": /no date/, "08.11.2024": /no date/ },
  },
  timestamp: {
    values: ["2024-11-08", "2024-11-08 23:59", "2024-11-08 23:59:59.123"],
    not: {
      "2024-11-08 24:00:00": /no timestamp/,
      "2024-11-08T00:00:00Z": /no timestamp/,
      "2024-11-08 00:00:00.1234": /no/,
    },
  },
  "array<int>": { values: ["[]", "[1,null]"], not: { "[1": /no JSON/, "{}": /is no list/, "[1.5]": /no integer/ } },
  "map<string,int>": { values: ['{"a":1}'], not: { "[]": /is no map/, '{"a":"x"}': /no integer/ } },
  "struct<a:int>": {
    values: ['{"a":1}', "{}"],
    not: { '{"b":1}': /no field 'b'/, "1": /is no struct/, '{"a":[1]}': /no integer/ },
  },
};

describe("values of types", () => {
  for (const [type, { values, not }] of Object.entries(cases)) {
    it(type, () => {
      for (const text of values) expect(valueFault(text, parseType(type)), text).to.equal(undefined);
      for (const [text, why] of Object.entries(not)) expect(valueFault(text, parseType(type)), text).to.match(why);
    });
  }
});
