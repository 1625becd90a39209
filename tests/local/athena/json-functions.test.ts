/**
 * The JSON functions of the SQL standard: Trino's documentation, "JSON functions and operators" (trino.io/docs/current/functions/json),
 * and what Trino's own tests of them say (TestJsonValueFunction, TestJsonQueryFunction, TestJsonExistsFunction,
 * TestJsonObjectFunction, TestJsonArrayFunction, TestJsonPathEvaluator).
 */
import { expect } from "chai";
import { tableNames } from "../../../local/athena/table-names";
import { printQuery } from "../../../athena-sql/trino/print";
import { parseQueryText } from "../../../athena-sql/trino/queries";
import { AthenaWorld } from "./world";

/** Expression → text of the result; null for NULL; a RegExp for the message of a failure. */
type Cases = readonly (readonly [string, string | null | RegExp])[];

const LETTERS = `'["a", "b", "c"]'`;
const CUSTOMERS = `'[{"customer":100,"region":"AFRICA"},{"region":"ASIA"},{"customer":300,"region":"AFRICA","comment":null}]'`;
const ARRAYS = `'[[0,1,2],["a","b","c","d"],[null,null]]'`;
const NOTES = `'{"id":1,"notes":[{"type":1,"comment":"foo"},{"type":2,"comment":null}],"comment":["bar","baz"]}'`;

const found = (input: string, path: string, rest = ""): string =>
  `json_query(${input}, '${path}' WITH ARRAY WRAPPER${rest})`;

const GROUPS: Readonly<Record<string, Cases>> = {
  "paths: accessors": [
    [found(CUSTOMERS, "lax $.customer"), "[100,300]"],
    [found(CUSTOMERS, "strict $[*].customer"), null],
    [found(CUSTOMERS, `lax $."region"`), `["AFRICA","ASIA","AFRICA"]`],
    [found(CUSTOMERS, "lax $.*"), `[100,"AFRICA","ASIA",300,"AFRICA",null]`],
    [found(NOTES, "lax $..comment"), `[["bar","baz"],"foo",null]`],
    [found(ARRAYS, "lax $[*][last]"), `[2,"d",null]`],
    [found(ARRAYS, "lax $[*][2 to 3]"), `[2,"c","d"]`],
    [found(ARRAYS, "strict $[*][2 to 3]"), null],
    [found(ARRAYS, "lax $[*][1, 0, 0]"), `[1,0,0,"b","a","a",null,null,null]`],
    [found(ARRAYS, "lax $[*][*]"), `[0,1,2,"a","b","c","d",null,null]`],
    [found("'5'", "lax $[0]"), "[5]"],
    [found("'5'", "strict $[0]", " EMPTY ARRAY ON ERROR"), "[]"],
    [found(LETTERS, "lax $[last - 1]"), `["b"]`],
    [found(`'{"a b":1,"last":2}'`, `lax $."a b" + $.last`), "[3]"],
  ],
  "paths: filters": [
    [
      found(CUSTOMERS, `lax $?(@.region != "ASIA")`),
      `[{"customer":100,"region":"AFRICA"},{"customer":300,"region":"AFRICA","comment":null}]`,
    ],
    [found(CUSTOMERS, "lax $?(!exists(@.customer))"), `[{"region":"ASIA"}]`],
    [found(CUSTOMERS, `lax $?(@.customer > 100 && @.region == "AFRICA").customer`), "[300]"],
    [found(CUSTOMERS, `lax $?(@.customer < 200 || @.region == "ASIA").region`), `["AFRICA","ASIA"]`],
    [found(CUSTOMERS, `lax $?(@.region starts with "AS").region`), `["ASIA"]`],
    [found(CUSTOMERS, "lax $?((@.region > 1) is unknown).region"), `["AFRICA","ASIA","AFRICA"]`],
    [found(CUSTOMERS, "lax $?(@.comment == null).customer"), "[300]"],
    [found("'[1, 2.5, \"2\"]'", "lax $?(@ >= 2)"), "[2.5]"],
    [found("'[1, 2.5]'", "lax $?((@ + 1) * 2 > 4.5)"), "[2.5]"],
    [found("'[[1], 5]'", "strict $[*]?(@ == 5)"), "[5]"],
    [`json_query('{"a":[1,2]}', 'lax $.a?(@ like_regex "1")')`, /NOT_SUPPORTED/],
  ],
  "paths: methods and arithmetic": [
    [found(`'[-1, 23e4, "5.6"]'`, "lax $.double()"), "[-1.0,230000.0,5.6]"],
    [found("'[-1.5, -1, 1.3]'", "lax $.ceiling()"), "[-1.0,-1,2.0]"],
    [found("'[-1.5, -1, 1.3]'", "lax $.floor()"), "[-2.0,-1,1.0]"],
    [found("'[-1.5, -1, 1.3]'", "lax $.abs()"), "[1.5,1,1.3]"],
    [found(`'["a"]'`, "lax $.floor()", " EMPTY OBJECT ON ERROR"), "{}"],
    [
      found(`'[{"c":100,"r":"A"},{"r":"B"}]'`, "lax $.keyvalue()"),
      `[{"name":"c","value":100,"id":0},{"name":"r","value":"A","id":0},{"name":"r","value":"B","id":1}]`,
    ],
    [
      found(`'[null, 1, "x", true, [1], {}]'`, "strict $[*].type()"),
      `["null","number","string","boolean","array","object"]`,
    ],
    [found(ARRAYS, "strict $[*].size()"), "[3,4,2]"],
    [found("'7'", "lax -$ + 2 * 3"), "[-1]"],
    [found("'7'", "lax $ / 2"), "[3]"],
    [found("'7'", "lax $ % 0"), null],
    [found("'7.5'", "lax $ * 2"), "[15.0]"],
    [found("'7'", "lax 1.5 * $"), "[10.5]"],
    [`json_value('1', 'lax 1000000000000 * 1000000000000' returning bigint default tinyint '-1' on error)`, "-1"],
  ],
  json_value: [
    [`json_value(${LETTERS}, 'lax $[1]')`, "b"],
    [`json_value(${LETTERS}, 'lax $[2 to 100]')`, "c"],
    [`json_value(${LETTERS}, 'strict $[100]')`, null],
    [`json_value(${LETTERS}, 'strict $[100]' DEFAULT 'x' ON ERROR)`, "x"],
    [
      `json_value(${LETTERS}, 'strict $[100]' ERROR ON ERROR)`,
      /PATH_EVALUATION_ERROR: path evaluation failed: structural error: invalid array subscript: \[100, 100\] for array of size 3/,
    ],
    [`json_value(${LETTERS}, 'lax $[100]' DEFAULT 'x' ON EMPTY)`, "x"],
    [
      `json_value(${LETTERS}, 'lax $[100]' ERROR ON EMPTY)`,
      /JSON_VALUE_RESULT_ERROR: cannot extract SQL scalar from JSON: JSON path found no items/,
    ],
    [`json_value(${LETTERS}, 'lax $[0 to 2]' DEFAULT 'x' ON ERROR)`, "x"],
    [`json_value(${LETTERS}, 'lax $[0 to 2]' ERROR ON ERROR)`, /JSON path found multiple items/],
    [`json_value('[...', 'lax $[1]' DEFAULT 'x' ON ERROR)`, "x"],
    [`json_value('[...', 'lax $[1]' ERROR ON ERROR)`, /JSON_INPUT_CONVERSION_ERROR: conversion to JSON failed/],
    [`json_value(${LETTERS} FORMAT JSON, 'lax $[1]')`, "b"],
    [
      `json_value(${LETTERS} FORMAT JSON ENCODING UTF8, 'lax $[1]')`,
      /TYPE_MISMATCH: line 1:19: Cannot read input of type varchar\(15\) as JSON using formatting JSON ENCODING UTF8/,
    ],
    [
      `json_value(${LETTERS}, 'lax $number + 1' PASSING 2 AS number)`,
      /INVALID_PATH: line 1:38: no value passed for parameter number\. Try quoting "number" in the PASSING clause to match case/,
    ],
    [`json_value(${LETTERS}, 'lax $number + 1' PASSING 5 AS "number")`, "6"],
    [`json_value(${LETTERS}, 'lax $N + 1' PASSING 5 AS n)`, "6"],
    [`json_value(${LETTERS}, 'lax $array[0]' PASSING '[1, 2, 3]' FORMAT JSON AS "array")`, "1"],
    [`json_value(${LETTERS}, 'lax $array[0]' PASSING '[...' FORMAT JSON AS "array")`, null],
    [`json_value(${LETTERS}, 'lax $[$number]' PASSING 5 AS "number")`, null],
    [`json_value('{}', 'lax $p * 2' PASSING 1.25 AS "p")`, "2.50"],
    [`json_value(${LETTERS}, 'lax null')`, null],
    [`json_value(${LETTERS}, 'lax 1000' RETURNING tinyint)`, null],
    [`json_value(${LETTERS}, 'lax 1000' RETURNING tinyint DEFAULT TINYINT '-1' ON ERROR)`, "-1"],
    [`json_value('{"a":"2024-01-31"}', 'lax $.a' RETURNING date)`, "2024-01-31"],
    [`json_value('{"a":"x"}', 'lax $.a' RETURNING date DEFAULT date '2000-01-01' ON ERROR)`, "2000-01-01"],
    [`json_value('{"a":"2024-01-31 10:00:00"}', 'lax $.a' RETURNING timestamp(3))`, "2024-01-31 10:00:00.000"],
    [`json_value('{"a":"12.345"}', 'lax $.a' RETURNING decimal(10, 2))`, "12.35"],
    [`json_value('{"a":2.5}', 'lax $.a' RETURNING integer)`, "3"],
    [`json_value('{"a":true}', 'lax $.a' RETURNING integer)`, "1"],
    [`json_value('{"a":"abc"}', 'lax $.a' RETURNING varchar(2))`, "ab"],
    [`json_value('{"a":1}', 'lax $.a' RETURNING array(integer))`, /Invalid return type of function JSON_VALUE/],
    [`json_value('{"a":1}', 'lax $.b' RETURNING integer DEFAULT 'x' ON EMPTY)`, /TYPE_MISMATCH/],
    [`json_value(${LETTERS}, 'lax $' ERROR ON ERROR)`, /found an item that cannot be converted to an SQL value/],
    [
      `json_value(${LETTERS}, 'certainly not a valid path')`,
      /SYNTAX_ERROR: line 1:39: mismatched input 'certainly' expecting \{'lax', 'strict'\}/,
    ],
    ["json_value(null, 'lax $')", null],
    ["json_value(json_parse('1'), 'lax $')", /Cannot read input of type json as JSON using formatting JSON/],
    [`json_value(${LETTERS}, 'lax $var' PASSING null AS "var")`, null],
    [`json_value(${LETTERS}, 'lax $var' PASSING null FORMAT JSON AS "var" DEFAULT 'was empty' ON EMPTY)`, "was empty"],
    [`try(json_value('{"a":1}', 'strict $.b' returning integer error on error))`, null],
  ],
  json_query: [
    [`json_query(${LETTERS}, 'lax $')`, `["a","b","c"]`],
    [`json_query(${LETTERS}, 'strict $[100]' EMPTY ARRAY ON ERROR)`, "[]"],
    [`json_query(${LETTERS}, 'lax $[100]' EMPTY OBJECT ON EMPTY)`, "{}"],
    [
      `json_query(${LETTERS}, 'lax $[100]' ERROR ON EMPTY)`,
      /JSON_OUTPUT_CONVERSION_ERROR: conversion from JSON failed: JSON path found no items/,
    ],
    [`json_query(${LETTERS}, 'lax $[0 to 2]')`, null],
    [`json_query(${LETTERS}, 'lax $[0 to 1]' WITH CONDITIONAL ARRAY WRAPPER)`, `["a","b"]`],
    [`json_query(${LETTERS}, 'lax $[0]' WITH CONDITIONAL ARRAY WRAPPER)`, `["a"]`],
    [`json_query(${LETTERS}, 'lax $' WITH CONDITIONAL ARRAY WRAPPER)`, `["a","b","c"]`],
    [`json_query(${LETTERS}, 'lax $' WITH UNCONDITIONAL ARRAY WRAPPER)`, `[["a","b","c"]]`],
    [`json_query(${LETTERS}, 'lax $[0]' WITHOUT ARRAY WRAPPER KEEP QUOTES ON SCALAR STRING)`, `"a"`],
    [`json_query(${LETTERS}, 'lax $[0]' OMIT QUOTES ON SCALAR STRING)`, "a"],
    [`json_query(${LETTERS}, 'lax $' OMIT QUOTES)`, `["a","b","c"]`],
    [`json_query(${LETTERS}, 'lax $[0]' WITH WRAPPER OMIT QUOTES)`, /OMIT QUOTES behavior specified with WITH/],
    [`json_query(${LETTERS}, 'lax "text too long"' RETURNING char(10))`, `"text too `],
    [
      `json_query(${LETTERS}, 'lax 1' RETURNING tinyint)`,
      /TYPE_MISMATCH: line 1:8: Cannot output JSON value as tinyint using formatting JSON/,
    ],
    [`json_query(${LETTERS}, 'lax null' RETURNING varchar FORMAT JSON)`, "null"],
    [`json_query('{"b":1,"a":2,"b":3}', 'lax $')`, `{"b":3,"a":2}`],
    [`json_query('{"a":12345678901234567890}', 'lax $.a')`, "12345678901234567890"],
  ],
  json_exists: [
    [`json_exists('{"a":[10,13,16]}', 'lax $.a[*]?(@ > 10)')`, "true"],
    [`json_exists('{"a":[2]}', 'lax $.a[*]?(@ > 10)')`, "false"],
    [`json_exists('{"a":[2]}', 'strict $.a[2]')`, "false"],
    [`json_exists('{"a":[2]}', 'strict $.a[2]' TRUE ON ERROR)`, "true"],
    [`json_exists('{"a":[2]}', 'strict $.a[2]?(@ > 10)' UNKNOWN ON ERROR)`, null],
    [`json_exists('{"a":[2]}', 'strict $.a[2]' ERROR ON ERROR)`, /PATH_EVALUATION_ERROR/],
    ["json_exists('', 'lax $.a')", "false"],
  ],
  "paths of json_extract (Trino: JsonPathTokenizer)": [
    [`json_extract('{"a":[{"b":1}]}', '$.a[*].b')`, /INVALID_FUNCTION_ARGUMENT: Invalid JSON path: '\$\.a\[\*\]\.b'/],
    [`try(json_extract('{"a":1}', '$..a'))`, null],
    [`json_extract('{"a-b":1}', '$.a-b')`, /Invalid JSON path/],
    [`json_extract('{"a":{"b c":2}}', '$[a]["b c"]')`, "2"],
    [`json_extract('{"0":5}', '$[0]')`, "5"],
    [`json_extract('[5, 6]', '$.1')`, "6"],
    [`json_extract('{"a\\"b":5}', '$["a\\"b"]')`, "5"],
    [`cast(json_parse('{"a\\"\\n":5}') as map(varchar, integer))`, `{a"\n=5}`],
  ],
  "json_object, json_array": [
    ["json_object('key_1' : 1, 'key_2' : 2)", `{"key_2":2,"key_1":1}`],
    ["json_object('x' : true, 'y' : 12e-1, 'z' : 'text')", `{"x":true,"y":1.2,"z":"text"}`],
    ["json_object(KEY 'x' VALUE null ABSENT ON NULL)", "{}"],
    [`json_object('x' : '[  "text"  ] ' FORMAT JSON)`, `{"x":["text"]}`],
    [`json_object('x' : json_query('{"key" : [  "value"  ]}', 'lax $.key'))`, `{"x":["value"]}`],
    ["json_object('x' : date '2001-01-31', 'd' : 1.50)", `{"d":1.50,"x":"2001-01-31"}`],
    [
      "json_object('x' : 1, 'x' : 2 WITH UNIQUE KEYS)",
      /INVALID_FUNCTION_ARGUMENT: duplicate key passed to JSON_OBJECT/,
    ],
    ["json_object('x' : 1, 'x' : 2)", /NOT_SUPPORTED: cannot construct a JSON object with duplicate key/],
    ["json_object(cast(null as varchar) : 1)", /null value passed for JSON object key to JSON_OBJECT function/],
    ["json_object('x' : '[...' FORMAT JSON)", /JSON_INPUT_CONVERSION_ERROR/],
    ["json_object('x' : '1' FORMAT JSON WITH UNIQUE KEYS)", /WITH UNIQUE KEYS behavior is not supported/],
    ["json_object('x' : 1 RETURNING varchar(3))", `{"x`],
    ["json_array(true, 12e-1, 'text')", `[true,1.2,"text"]`],
    ["json_array(true, null, 1)", "[true,1]"],
    ["json_array(true, null, 1 NULL ON NULL)", "[true,null,1]"],
    ["json_array(json_array(1), 'é😀')", `[[1],"é\\uD83D\\uDE00"]`],
    ["json_array(0.0000001, nan())", `[1E-7,"NaN"]`],
  ],
};

describe("JSON functions of the SQL standard", () => {
  const world = new AthenaWorld();
  before(() => world.withLake());
  after(() => world.close());

  for (const [about, cases] of Object.entries(GROUPS)) {
    describe(about, () => {
      for (const [expression, expected] of cases) {
        it(expression, async () => {
          if (expected instanceof RegExp) expect(await world.failure(`select ${expression}`)).to.match(expected);
          else expect(await world.rows(`select ${expression}`)).to.deep.equal([[expected ?? undefined]]);
        });
      }
    });
  }

  it("are computed row by row, of columns, aggregates and groups", async () => {
    const rows = await world.rows(
      `select json_value(x, 'lax $.k'), json_object('n' : max(json_value(x, 'lax $.v' returning integer))), count(*)
       from (values '{"k":"a","v":1}', '{"k":"a","v":5}', 'no json') t(x) group by json_value(x, 'lax $.k') order by 1`,
    );
    expect(rows).to.deep.equal([
      ["a", `{"n":5}`, "2"],
      [undefined, `{"n":null}`, "1"],
    ]);
  });

  it("are read to their ends by whoever asks a query for its tables, and print as they were", () => {
    const sql =
      "select json_value((select a from t1), 'lax $' passing (select b from t2) as x default (select c from t3) on empty), " +
      "json_object(key (select d from t4) value (select e from t5) format json without unique keys), json_array((select f from t6) null on null)";
    const query = parseQueryText(sql);
    expect(tableNames(query).map(([name]) => name)).to.deep.equal(["t1", "t2", "t3", "t4", "t5", "t6"]);
    expect(tableNames(parseQueryText(printQuery(query)))).to.deep.equal(tableNames(query));
  });
});
