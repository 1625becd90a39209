import { expect } from "chai";
import type { Json } from "../../../local/states/payload";
import { check, type Definition, run } from "./run";

// Amazon States Language, "Choice State"; developer guide, "Choice workflow state" (state-choice).
describe("Choice rules", () => {
  const T = "2016-08-18T17:33:00Z";
  /** Rule without Next, input, whether it holds. */
  const cases: readonly [Definition, Json, boolean][] = [
    [{ Variable: "$.x", IsPresent: true }, { x: null }, true],
    [{ Variable: "$.x", IsPresent: true }, {}, false],
    [{ Variable: "$.x", IsPresent: false }, {}, true],
    [{ Variable: "$.x", IsPresent: false }, { x: 0 }, false],
    [{ Variable: "$.x.y", IsPresent: false }, { x: 1 }, true],
    [{ Variable: "$v", IsPresent: false }, {}, true],
    [{ Variable: "$.x", IsNull: true }, { x: null }, true],
    [{ Variable: "$.x", IsNull: false }, { x: null }, false],
    [{ Variable: "$.x", IsNull: false }, { x: 0 }, true],
    [{ Variable: "$.x", IsString: true }, { x: "" }, true],
    [{ Variable: "$.x", IsString: false }, { x: 1 }, true],
    [{ Variable: "$.x", IsString: false }, { x: "a" }, false],
    [{ Variable: "$.x", IsNumeric: true }, { x: 0 }, true],
    [{ Variable: "$.x", IsNumeric: true }, { x: "1" }, false],
    [{ Variable: "$.x", IsBoolean: true }, { x: false }, true],
    [{ Variable: "$.x", IsTimestamp: true }, { x: T }, true],
    [{ Variable: "$.x", IsTimestamp: true }, { x: "2016-08-18" }, false],
    [{ Variable: "$.x", IsTimestamp: false }, { x: 1 }, true],
    [{ Variable: "$.x", StringEquals: "a" }, { x: "a" }, true],
    [{ Variable: "$.x", StringEquals: "1" }, { x: 1 }, false],
    [{ Variable: "$.x", StringLessThan: "b" }, { x: "a" }, true],
    [{ Variable: "$.x", StringGreaterThan: "B" }, { x: "a" }, true],
    [{ Variable: "$.x", StringGreaterThanEquals: "a" }, { x: "a" }, true],
    [{ Variable: "$.x", StringLessThanEquals: "a" }, { x: "b" }, false],
    [{ Variable: "$.x", StringEqualsPath: "$.y" }, { x: "a", y: "a" }, true],
    [{ Variable: "$.x", StringLessThanPath: "$.y" }, { x: "b", y: "a" }, false],
    [{ Variable: "$.x", NumericEquals: 1 }, { x: 1.0 }, true],
    [{ Variable: "$.x", NumericEquals: 1 }, { x: "1" }, false],
    [{ Variable: "$.x", NumericGreaterThan: 9 }, { x: 10 }, true],
    [{ Variable: "$.x", NumericGreaterThan: 9 }, { x: "10" }, false],
    [{ Variable: "$.x", NumericLessThanEquals: 9 }, { x: 9 }, true],
    [{ Variable: "$.x", NumericLessThan: 0 }, { x: null }, false],
    [{ Variable: "$.x", NumericGreaterThanEqualsPath: "$.y" }, { x: 2, y: 1 }, true],
    [{ Variable: "$.x", NumericEqualsPath: "$.y" }, { x: 1, y: "1" }, false],
    [{ Variable: "$.x", BooleanEquals: false }, { x: false }, true],
    [{ Variable: "$.x", BooleanEquals: false }, { x: null }, false],
    [{ Variable: "$.x", BooleanEqualsPath: "$.y" }, { x: true, y: true }, true],
    [{ Variable: "$.x", TimestampEquals: T }, { x: "2016-08-18T19:33:00+02:00" }, true],
    [{ Variable: "$.x", TimestampLessThan: T }, { x: "2016-08-18T17:32:59.999Z" }, true],
    [{ Variable: "$.x", TimestampGreaterThan: T }, { x: "not a time" }, false],
    [{ Variable: "$.x", TimestampGreaterThanEqualsPath: "$.y" }, { x: T, y: T }, true],
    [{ Variable: "$.x", StringMatches: "log-*.txt" }, { x: "log-1.txt" }, true],
    [{ Variable: "$.x", StringMatches: "log-*.txt" }, { x: "log-1.txt.gz" }, false],
    [{ Variable: "$.x", StringMatches: "*a*" }, { x: "xay" }, true],
    [{ Variable: "$.x", StringMatches: "a?c" }, { x: "abc" }, false],
    [{ Variable: "$.x", StringMatches: "a?c" }, { x: "a?c" }, true],
    [{ Variable: "$.x", StringMatches: "a.c" }, { x: "abc" }, false],
    [{ Variable: "$.x", StringMatches: "a\\*" }, { x: "a*" }, true],
    [{ Variable: "$.x", StringMatches: "a\\*" }, { x: "ab" }, false],
    [{ Variable: "$.x", StringMatches: "a\\\\b" }, { x: "a\\b" }, true],
    [{ Variable: "$.x", StringMatches: "*" }, { x: 1 }, false],
    [{ Not: { Variable: "$.x", NumericEquals: 1 } }, { x: 2 }, true],
    [
      {
        And: [
          { Variable: "$.x", IsPresent: true },
          { Variable: "$.x", NumericEquals: 1 },
        ],
      },
      { x: 1 },
      true,
    ],
    [
      {
        And: [
          { Variable: "$.x", IsPresent: true },
          { Variable: "$.x", NumericEquals: 1 },
        ],
      },
      {},
      false,
    ],
    [{ Or: [{ Variable: "$.x", NumericEquals: 1 }, { Not: { Variable: "$.x", NumericEquals: 2 } }] }, { x: 2 }, false],
    [{ Variable: "$$.Execution.Name", StringEquals: "name" }, {}, true],
  ];
  for (const [rule, input, holds] of cases) {
    it(`${JSON.stringify(rule)} ${holds ? "holds" : "does not hold"} for ${JSON.stringify(input)}`, async () => {
      const definition = {
        StartAt: "C",
        States: {
          C: { Type: "Choice", Choices: [{ ...rule, Next: "Y" }], Default: "N" },
          Y: { Type: "Pass", Result: true, End: true },
          N: { Type: "Pass", Result: false, End: true },
        },
      };
      expect((await run(definition, input)).outcome).to.deep.equal({ status: "SUCCEEDED", output: holds });
    });
  }
  const choice = (rule: Definition): Definition => ({
    StartAt: "C",
    States: { C: { Type: "Choice", Choices: [{ ...rule, Next: "Y" }] }, Y: { Type: "Succeed" } },
  });
  check([
    {
      title: "a variable that is not there fails",
      definition: choice({ Variable: "$.x", NumericEquals: 1 }),
      error: "States.Runtime",
      cause: /Invalid path '\$.x'/,
    },
    {
      title: "IsNull of a variable that is not there fails",
      definition: choice({ Variable: "$.x", IsNull: true }),
      error: "States.Runtime",
    },
    {
      title: "a compared path that is not there fails",
      definition: choice({ Variable: "$.x", NumericEqualsPath: "$.y" }),
      input: { x: 1 },
      error: "States.Runtime",
    },
    {
      title: "no rule and no default fails",
      definition: choice({ Variable: "$.x", NumericEquals: 1 }),
      input: { x: 2 },
      error: "States.Runtime",
    },
    {
      title: "InputPath and OutputPath",
      definition: {
        StartAt: "C",
        States: {
          C: {
            Type: "Choice",
            InputPath: "$.in",
            OutputPath: "$.out",
            Choices: [{ Variable: "$.x", NumericEquals: 1, Next: "Y" }],
          },
          Y: { Type: "Succeed" },
        },
      },
      input: { in: { x: 1, out: 5 } },
      output: 5,
    },
  ]);
});
