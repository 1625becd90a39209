import { createRequire } from "node:module";
import { expect } from "chai";
import { parseDefinition } from "../../../local/states/definition-rules";
import { unsupportedResource } from "../../../local/states/integrations";
import type { Definition } from "./run";

/** The package comes without types. */
const aslValidator = createRequire(__filename)("asl-validator") as (definition: unknown) => { isValid: boolean };

const INVOKE = "arn:aws:states:::lambda:invoke";
const machine = (states: Record<string, Definition>, fields: Definition = {}): Definition => ({
  StartAt: Object.keys(states)[0],
  States: states,
  ...fields,
});
const one = (state: Definition, fields: Definition = {}): Definition => machine({ A: { End: true, ...state } }, fields);
const jsonata = { QueryLanguage: "JSONata" };
const pass = { Type: "Pass", End: true };
const check = (definition: unknown) =>
  parseDefinition(typeof definition === "string" ? definition : JSON.stringify(definition), unsupportedResource);

// Amazon States Language; developer guide, "State machine structure"; API reference, "ValidateStateMachineDefinition".
describe("Definitions that are refused", () => {
  /** Definition, place of the fault, its message. */
  const cases: readonly [string, unknown, string | undefined, RegExp][] = [
    // Recorded from ValidateStateMachineDefinition and CreateStateMachine, with the places.
    ["blank text", " ", undefined, /^Definition must be a valid JSON object$/],
    ["a list", "[]", undefined, /^Definition must be a valid JSON object$/],
    [
      "text that is no JSON",
      "not a definition",
      '[Source: (String)"not a definition"; line: 1, column: 4]',
      /^Unrecognized token 'not': was expecting \(JSON String, Number, Array, Object or token 'null', 'true' or 'false'\)\n at \[Source/,
    ],
    ["JSON that breaks off", "{", undefined, /JSON/],
    ["an empty object", {}, "/", /These fields are required: \[States, StartAt\]/],
    ["no StartAt", { States: { A: pass } }, "/", /These fields are required: \[StartAt\]/],
    ["no states", { StartAt: "A", States: {} }, "/States", /at least one state/],
    ["an unknown member", one({ Type: "Pass", Nxt: "B" }), "/States/A", /not supported here: Nxt/],
    ["an unknown Type", one({ Type: "Lambda" }), "/States/A", /must be one of Pass, Task/],
    ["a StartAt that is no state", { StartAt: "B", States: { A: pass } }, "/StartAt", /Missing 'StartAt' target: B/],
    [
      "a Next that is no state",
      machine({ A: { Type: "Pass", Next: "B" } }),
      "/States/A/Next",
      /Missing 'Next' target: B/,
    ],
    [
      "a Catch that leads nowhere",
      one({ Type: "Task", Resource: INVOKE, Catch: [{ ErrorEquals: ["E"], Next: "B" }] }),
      "/States/A/Catch/0/Next",
      /Missing 'Next' target: B/,
    ],
    ["a state that nothing leads to", machine({ A: pass, B: pass }), "/States/B", /State "B" is not reachable/],
    ["neither Next nor End", machine({ A: { Type: "Pass" } }), "/States/A", /exactly one of "Next" and "End"/],
    ["both Next and End", machine({ A: { Type: "Pass", Next: "B", End: true }, B: pass }), "/States/A", /exactly one/],
    [
      "a name used twice",
      machine({ A: { Type: "Parallel", End: true, Branches: [{ StartAt: "A", States: { A: pass } }] } }),
      "/States/A/Branches/0/States/A",
      /"A" is used twice/,
    ],
    ["a name of 81 characters", machine({ ["n".repeat(81)]: pass }), `/States/${"n".repeat(81)}`, /at most 80/],
    ["a Task without Resource", one({ Type: "Task" }), "/States/A", /required: \[Resource\]/],
    [
      "an unknown integration",
      one({ Type: "Task", Resource: "arn:aws:states:::batch:submitJob.sync" }),
      "/States/A/Resource",
      /no integration "batch"/,
    ],
    [
      "an unknown action",
      one({ Type: "Task", Resource: "arn:aws:states:::athena:createWorkGroup" }),
      "/States/A/Resource",
      /no action "createWorkGroup"/,
    ],
    [
      "an SDK integration as a job",
      one({ Type: "Task", Resource: "arn:aws:states:::aws-sdk:athena:startQueryExecution.sync" }),
      "/States/A/Resource",
      /not a pattern/,
    ],
    [
      "an SDK action in Pascal case",
      one({ Type: "Task", Resource: "arn:aws:states:::aws-sdk:s3:GetObject" }),
      "/States/A/Resource",
      /lower case/,
    ],
    ["a Resource that is no ARN", one({ Type: "Task", Resource: "lambda" }), "/States/A/Resource", /neither/],
    [
      "a distributed Map",
      one({
        Type: "Map",
        ItemProcessor: { ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" }, ...machine({ B: pass }) },
      }),
      "/States/A/ItemProcessor/ProcessorConfig",
      /does not run DISTRIBUTED/,
    ],
    [
      "members of a distributed Map",
      one({ Type: "Map", ToleratedFailureCount: 1, ItemProcessor: machine({ B: pass }) }),
      "/States/A",
      /ToleratedFailureCount belong to distributed/,
    ],
    ["a Map without processor", one({ Type: "Map" }), "/States/A", /must have an ItemProcessor/],
    [
      "a transition out of a branch",
      machine({ A: { Type: "Parallel", Next: "C", Branches: [machine({ B: { Type: "Pass", Next: "C" } })] }, C: pass }),
      "/States/A/Branches/0/States/B/Next",
      /Missing 'Next' target: C/,
    ],
    [
      "States.ALL among others",
      one({ Type: "Task", Resource: INVOKE, Retry: [{ ErrorEquals: ["States.ALL", "E"] }] }),
      "/States/A/Retry/0/ErrorEquals",
      /must stand alone/,
    ],
    [
      "States.ALL before others",
      one({ Type: "Task", Resource: INVOKE, Retry: [{ ErrorEquals: ["States.ALL"] }, { ErrorEquals: ["E"] }] }),
      "/States/A/Retry/0/ErrorEquals",
      /last element of Retry/,
    ],
    [
      "a BackoffRate below 1",
      one({ Type: "Task", Resource: INVOKE, Retry: [{ ErrorEquals: ["E"], BackoffRate: 0.5 }] }),
      "/States/A/Retry/0/BackoffRate",
      />=1/,
    ],
    [
      "a heartbeat longer than the limit",
      one({ Type: "Task", Resource: INVOKE, TimeoutSeconds: 5, HeartbeatSeconds: 5 }),
      "/States/A/HeartbeatSeconds",
      /less than/,
    ],
    [
      "two time limits",
      one({ Type: "Task", Resource: INVOKE, TimeoutSeconds: 5, TimeoutSecondsPath: "$.t" }),
      "/States/A",
      /Only one of TimeoutSeconds, TimeoutSecondsPath/,
    ],
    ["a Wait for nothing", one({ Type: "Wait" }), "/States/A", /One of Seconds/],
    [
      "a Wait for two things",
      one({ Type: "Wait", Seconds: 1, Timestamp: "2020-01-01T00:00:00Z" }),
      "/States/A",
      /Only one/,
    ],
    [
      "a timestamp without zone",
      one({ Type: "Wait", Timestamp: "2020-01-01T00:00:00" }),
      "/States/A/Timestamp",
      /^String does not match RFC3339 timestamp$/,
    ],
    [
      "an expression as the timestamp of a JSONPath state",
      one({ Type: "Wait", Timestamp: "{% '2016-03-14T01:59:00Z' %}" }),
      "/States/A/Timestamp",
      /^String does not match RFC3339 timestamp$/,
    ],
    ["a Choice without choices", machine({ A: { Type: "Choice", Choices: [] } }), "/States/A/Choices", />=1/],
    [
      "a rule with two comparisons",
      machine({
        A: { Type: "Choice", Choices: [{ Variable: "$.a", NumericEquals: 1, StringEquals: "a", Next: "B" }] },
        B: pass,
      }),
      "/States/A/Choices/0",
      /one comparison operator/,
    ],
    [
      "a rule that compares with the wrong type",
      machine({ A: { Type: "Choice", Choices: [{ Variable: "$.a", NumericEquals: "1", Next: "B" }] }, B: pass }),
      "/States/A/Choices/0/NumericEquals",
      /needs a number/,
    ],
    [
      "a rule inside And",
      machine({ A: { Type: "Choice", Choices: [{ And: [{ Variable: "$.a" }], Next: "B" }] }, B: pass }),
      "/States/A/Choices/0/And/0",
      /exactly one/,
    ],
    ["an invalid path", one({ Type: "Pass", InputPath: "$." }), "/States/A/InputPath", /not a valid path/],
    [
      "an invalid path in a template",
      one({ Type: "Pass", Parameters: { a: [{ "b.$": "x" }] } }),
      "/States/A/Parameters/a/0",
      /^The value for the field 'b\.\$' must be a valid JSONPath or a valid intrinsic function call: "x" is not a valid path/,
    ],
    [
      "a number in a .$ member",
      one({ Type: "Pass", Parameters: { "b.$": 1 } }),
      "/States/A/Parameters/b.$",
      /must be a string/,
    ],
    [
      "a member given twice",
      one({ Type: "Pass", Parameters: { "b.$": "$", b: 1 } }),
      "/States/A/Parameters/b.$",
      /given twice/,
    ],
    [
      "an unknown intrinsic",
      one({ Type: "Pass", Parameters: { "b.$": "States.Foo()" } }),
      "/States/A/Parameters",
      /no function States.Foo/,
    ],
    [
      "an escaped double quote in an intrinsic",
      one({ Type: "Pass", Parameters: { "b.$": `States.StringToJson('{\\"a\\":1}')` } }),
      "/States/A/Parameters",
      /^The value for the field 'b\.\$' must be a valid JSONPath or a valid intrinsic function call/,
    ],
    [
      "an intrinsic cut short",
      one({ Type: "Pass", Parameters: { "b.$": "States.Format('a'" } }),
      "/States/A/Parameters",
      /expected/,
    ],
    [
      "a ResultPath that is no reference",
      one({ Type: "Pass", ResultPath: "$.a[*]" }),
      "/States/A/ResultPath",
      /reference path/,
    ],
    [
      "JSONPath members in a JSONata state",
      one({ Type: "Pass", InputPath: "$" }, jsonata),
      "/States/A/InputPath",
      /InputPath belongs to JSONPath/,
    ],
    [
      "JSONata members in a JSONPath state",
      one({ Type: "Pass", Output: 1 }),
      "/States/A/Output",
      /Output belongs to JSONata/,
    ],
    [
      "a catcher of the other language",
      one({ Type: "Task", Resource: INVOKE, Catch: [{ ErrorEquals: ["E"], ResultPath: "$.e", Next: "A" }] }, jsonata),
      "/States/A/Catch/0/ResultPath",
      /belongs to JSONPath/,
    ],
    [
      "a JSONPath state in a JSONata machine",
      one({ Type: "Pass", QueryLanguage: "JSONPath" }, jsonata),
      "/States/A",
      /can not be 'JSONPath'/,
    ],
    [
      "a JSONata syntax error",
      one({ Type: "Pass", Output: { x: "{% $states.input.( %}" } }, jsonata),
      "/States/A/Output/x",
      /Expected "\)" before end of expression \(at character/,
    ],
    [
      "$ at the top level",
      one({ Type: "Pass", Output: "{% $.a %}" }, jsonata),
      "/States/A/Output",
      /has no value at the top level/,
    ],
    [
      "a bare name",
      one({ Type: "Pass", Output: "{% a.b %}" }, jsonata),
      "/States/A/Output",
      /"a" has no value at the top level/,
    ],
    [
      "$eval",
      one({ Type: "Pass", Output: "{% $eval('1') %}" }, jsonata),
      "/States/A/Output",
      /\$eval is not available/,
    ],
    [
      "an operator of JSONata 2.1",
      one({ Type: "Pass", Output: "{% $states.input.a ?? 1 %}" }, jsonata),
      "/States/A/Output",
      /\?\? is not in JSONata 2.0/,
    ],
    [
      "another operator of JSONata 2.1",
      one({ Type: "Pass", Output: "{% $states.input.a ?: 1 %}" }, jsonata),
      "/States/A/Output",
      /\?: is not in JSONata 2.0/,
    ],
    [
      "a condition that is no expression",
      machine({ A: { Type: "Choice", Choices: [{ Condition: "true", Next: "B" }] }, B: pass }, jsonata),
      "/States/A/Choices/0/Condition",
      /must be a {% … %} expression/,
    ],
    [
      "a number as text",
      one({ Type: "Task", Resource: INVOKE, TimeoutSeconds: "5" }),
      "/States/A/TimeoutSeconds",
      /must be a number/,
    ],
    [
      "a variable named states",
      one({ Type: "Pass", Assign: { states: 1 } }, jsonata),
      "/States/A/Assign",
      /"states" cannot be/,
    ],
    [
      "a variable with a dot",
      one({ Type: "Pass", Assign: { "a.b": 1 } }, jsonata),
      "/States/A/Assign",
      /"a.b" cannot be/,
    ],
    [
      "a variable that hides an outer one",
      machine(
        {
          A: { Type: "Map", Assign: { x: 1 }, End: true, ItemProcessor: machine({ B: { ...pass, Assign: { x: 2 } } }) },
        },
        jsonata,
      ),
      "/States/A/ItemProcessor",
      /"x" is assigned in an outer scope/,
    ],
    [
      "Credentials",
      one({ Type: "Task", Resource: INVOKE, Credentials: { RoleArn: "arn" } }),
      "/States/A/Credentials",
      /The local runtime does not assume other roles for a Task/,
    ],
    [
      "an activity",
      one({ Type: "Task", Resource: "arn:aws:states:us-east-1:123456789012:activity:a" }),
      "/States/A/Resource",
      /an activity: the local runtime has none/,
    ],
    ["an odd name in the place", machine({ "a/b~c": { Type: "Pass" } }), "/States/a~1b~0c", /exactly one/],
  ];
  for (const [title, definition, location, message] of cases) {
    it(title, () => {
      const { definition: read, diagnostics } = check(definition);
      expect(read).to.equal(undefined);
      const found = diagnostics.find(
        (diagnostic) => diagnostic.location === location && message.test(diagnostic.message),
      );
      expect(found, JSON.stringify(diagnostics)).to.not.equal(undefined);
    });
  }

  it("all faults are reported together", () => {
    const { diagnostics } = check(machine({ A: { Type: "Pass", Next: "B", Parameters: { "x.$": "y" } }, C: pass }));
    expect(diagnostics.map(({ location }) => location)).to.have.members([
      "/States/A/Next",
      "/States/A/Parameters",
      "/States/C",
    ]);
  });
});

describe("Definitions that are accepted", () => {
  const cases: readonly [string, Definition][] = [
    ["a length() in a path, which asl-validator refuses", one({ Type: "Pass", Parameters: { "n.$": "$.a.length()" } })],
    ["$ inside a step", one({ Type: "Pass", Output: "{% $states.input.list[$ > 1].($ * 2) %}" }, jsonata)],
    [
      "names inside functions, filters, sorts and groups",
      one(
        {
          Type: "Pass",
          Output: "{% $map($states.input.l, function($v) { $v.a }) ~> $count() + $sum($states.input.l[b = 1].c) %}",
          Assign: { s: "{% $states.input.l^(>a){b: c} %}" },
        },
        jsonata,
      ),
    ],
    ["?: in a regular expression", one({ Type: "Pass", Output: "{% $match($states.input, /(?:a)??/) %}" }, jsonata)],
    ["a conditional", one({ Type: "Pass", Output: "{% $states.input.a ? 1 : 2 %}" }, jsonata)],
    [
      "comments everywhere",
      machine(
        {
          A: { Type: "Choice", Comment: "c", Choices: [{ Comment: "c", Variable: "$.a", IsNull: true, Next: "B" }] },
          B: { ...pass, Comment: "c" },
        },
        { Comment: "c" },
      ),
    ],
  ];
  for (const [title, definition] of cases) {
    it(title, () => expect(check(definition).diagnostics).to.deep.equal([]));
  }

  it("the resources that machines here use", () => {
    const resources = [
      "arn:aws:lambda:us-east-1:123456789012:function:name",
      INVOKE,
      `${INVOKE}.waitForTaskToken`,
      "arn:aws:states:::athena:startQueryExecution.sync",
      "arn:aws:states:::athena:getQueryResults",
      "arn:aws:states:::states:startExecution.sync:2",
      "arn:aws:states:::sns:publish",
      "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
      "arn:aws:states:::events:putEvents",
      "arn:aws:states:::aws-sdk:glue:batchCreatePartition",
      "arn:aws:states:::aws-sdk:s3:putObject",
    ];
    expect(resources.map(unsupportedResource)).to.deep.equal(resources.map(() => undefined));
  });

  it("what the structure rules accept or refuse, asl-validator does too", () => {
    const cases: readonly [Definition, boolean][] = [
      [one(pass), true],
      [machine({ A: { Type: "Pass", Next: "B" }, B: { Type: "Succeed" } }), true],
      [machine({ A: { Type: "Pass", Next: "B" } }), false],
      [
        machine({
          A: { Type: "Choice", Choices: [{ Variable: "$.a", IsNull: true, Next: "B" }], Default: "C" },
          B: pass,
          C: { Type: "Fail", Error: "E" },
        }),
        true,
      ],
      [
        machine(
          {
            A: { Type: "Choice", Choices: [{ Condition: "{% $states.input = 1 %}", Next: "B" }] },
            B: { Type: "Succeed", Output: "{% 1 %}" },
          },
          jsonata,
        ),
        true,
      ],
      [
        one(
          {
            Type: "Task",
            Resource: INVOKE,
            Arguments: { FunctionName: "f" },
            TimeoutSeconds: "{% 5 %}",
            Retry: [{ ErrorEquals: ["States.ALL"], MaxDelaySeconds: 5, JitterStrategy: "FULL" }],
          },
          jsonata,
        ),
        true,
      ],
      [one({ Type: "Task" }), false],
      [one({ Type: "Wait" }), false],
      [machine({ A: pass, B: pass }), false],
      [one({ Type: "Map", ItemProcessor: machine({ B: pass }) }), true],
      [one({ Type: "Pass", Output: 1 }), false],
    ];
    for (const [definition, valid] of cases) {
      const text = JSON.stringify(definition);
      expect(check(text).definition !== undefined, text).to.equal(valid);
      // It writes into what it is given.
      expect(aslValidator(JSON.parse(text)).isValid, `asl-validator: ${text}`).to.equal(valid);
    }
  });
});
