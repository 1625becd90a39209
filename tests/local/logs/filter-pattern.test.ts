/**
 * Filter patterns. Amazon CloudWatch Logs User Guide, "Filter pattern syntax for metric filters, subscription filters, filter
 * log events, and Live Tail" (FilterAndPatternSyntax): the cases follow its examples.
 */
import { expect } from "chai";
import { AwsError } from "../../../local/api";
import { compileFilterPattern } from "../../../local/logs/filter-pattern";
import { jsonField } from "../../../local/logs/json-pattern";

const event = JSON.stringify({
  level: "ERROR",
  code: 404,
  ratio: 0.5,
  text: "rate 5 exceeded",
  ok: false,
  done: true,
  nothing: null,
  "with-hyphen": "x",
  request: { items: [{ id: "a" }, { id: "b" }], address: "123.123.4.5" },
});

/** Pattern, message, whether it matches. */
const cases: [string, string, boolean][] = [
  ["", "anything", true],
  ["  ", "anything", true],
  ["ERROR", "[ERROR 400] BAD REQUEST", true],
  ["ERROR", "ERRORCODE: -1", true],
  ["ERROR", "[error 400]", false],
  ["ERROR ARGUMENTS", "ERROR: wrong ARGUMENTS", true],
  ["ERROR ARGUMENTS", "ERROR: wrong", false],
  ["?ERROR ?ARGUMENTS", "wrong ARGUMENTS", true],
  ["?ERROR ?ARGUMENTS", "fine", false],
  // "If you combine ? with other filter patterns, … the question mark expression is ignored."
  ["?ERROR REQUEST", "bad REQUEST", true],
  ["?ERROR REQUEST", "ERROR", false],
  ['"INTERNAL SERVER ERROR"', "500 INTERNAL SERVER ERROR", true],
  ['"INTERNAL SERVER ERROR"', "INTERNAL ERROR of the SERVER", false],
  ['"a \\"quoted\\" word"', 'a "quoted" word', true],
  ["ERROR -ARGUMENTS", "ERROR: wrong", true],
  ["ERROR -ARGUMENTS", "ERROR: wrong ARGUMENTS", false],
  ['-"END RequestId"', "END RequestId: 1", false],
  ['-"END RequestId"', "START RequestId: 1", true],
  ["%AUTHORIZED%", "[ERROR 401] UNAUTHORIZED REQUEST", true],
  ["%4[0-9][13]%", "402 404", false],
  ['{ $.level = "ERROR" }', event, true],
  ["{ $.level = ERROR }", event, true],
  ['{ $.level != "ERROR" }', event, false],
  ['{ $.level = "ERR*" }', event, true],
  ["{ $.level = *ROR }", event, true],
  ["{ $.level = %^ERR% }", event, true],
  ["{ $.code = 404 }", event, true],
  ["{ $.code = 4* }", event, true],
  ["{ $.code > 403 }", event, true],
  ["{ $.code >= 405 }", event, false],
  ["{ $.ratio < 0.6 }", event, true],
  ["{ $.ratio <= 5e-1 }", event, true],
  ["{ $.level > 1 }", event, false],
  ['{ $.text = "rate * exceeded" }', event, true],
  ["{ $.request.address = 123.123.* }", event, true],
  ["{ $.request.items[1].id = b }", event, true],
  ["{ $.request.items[2].id = b }", event, false],
  ["{ $.with-hyphen = x }", event, true],
  ["{ $.nothing IS NULL }", event, true],
  ["{ $.ok IS NULL }", event, false],
  ["{ $.ok IS FALSE }", event, true],
  ["{ $.done IS TRUE }", event, true],
  ["{ $.missing NOT EXISTS }", event, true],
  ["{ $.nothing NOT EXISTS }", event, false],
  ["{ $.missing != x }", event, false],
  ["{ $.request = x }", event, false],
  ["{ $.level = ERROR && $.code = 404 }", event, true],
  ["{ $.level = WARN || $.code = 404 }", event, true],
  // && comes before ||, parentheses before both.
  ["{ $.level = ERROR || $.code = 1 && $.code = 2 }", event, true],
  ["{ ($.level = ERROR || $.code = 1) && $.code = 2 }", event, false],
  ["{ $.level = ERROR }", "no JSON: ERROR", false],
  ["{ $.level = ERROR }", '{"level": "ERROR"', false],
];

describe("Filter patterns of log events", () => {
  for (const [pattern, message, matches] of cases) {
    it(`${pattern || "(empty)"} ${matches ? "finds" : "does not find"} ${message === event ? "the event" : message}`, () => {
      expect(compileFilterPattern(pattern)(message)).to.equal(matches);
    });
  }

  for (const [pattern, reason] of [
    ["[ip, user]", "space-delimited"],
    ["not/quoted", "double quotes"],
    ['"open', "character 1"],
    ["%(a)%", "no ("],
    ["{ $.a }", "is followed by"],
    ["{ $.a = }", "needs a value"],
    ["{ $.a = 1", "} is missing"],
    ["{ a = 1 }", "begins with a field"],
    ["{ $.a > x }", "compares numbers"],
    ["{ $.a IS SAD }", "IS SAD is none of"],
    ["{ $.a = 1 } x", "follow the closing brace"],
    ["x".repeat(1025), "longer than 1024"],
  ]) {
    it(`refuses ${pattern.slice(0, 20)}`, () => {
      expect(() => compileFilterPattern(pattern))
        .to.throw(AwsError, reason)
        .with.property("code", "InvalidParameterException");
    });
  }

  it("selects the field that a metric filter takes its value from", () => {
    expect(jsonField(event, "$.request.items[0].id")).to.equal("a");
    expect(jsonField(event, "$.missing")).to.equal(undefined);
    expect(jsonField("text", "$.missing")).to.equal(undefined);
    expect(() => jsonField(event, "code")).to.throw(AwsError, "a field is selected as");
  });
});
