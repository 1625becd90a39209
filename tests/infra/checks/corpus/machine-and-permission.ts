/** Mistakes in state machines and policies. */
import { type Case, lake } from "./case";

export const machineAndPermissionCases: readonly Case[] = [
  {
    name: "a state that does not exist",
    change: [lake, 'Next: "Done"', 'Next: "Don"'],
    finds: [
      "state-missing",
      "lake.js:34:24",
      "meters-dev-daily, state Land: Next leads to 'Don', and there is no such state",
    ],
  },
  {
    name: "a catcher that leads nowhere",
    change: [lake, 'Next: "Failed" }]', 'Next: "Fail" }]'],
    finds: [
      "state-missing",
      "lake.js:34:24",
      "meters-dev-daily, state Land: Catch[0] leads to 'Fail', and there is no such state",
    ],
  },
  {
    name: "a state that nothing leads to",
    change: [lake, "    Done: {", '    Lost: { Type: "Succeed" },\n    Done: {'],
    finds: ["state-unreachable", "lake.js:34:24", "meters-dev-daily, state Lost: nothing leads to 'Lost'"],
  },
  {
    name: "a task without a time limit",
    change: [lake, "      TimeoutSeconds: 900,\n", ""],
    finds: ["state-invalid", "lake.js:34:24", "meters-dev-daily, state Land: it has no TimeoutSeconds"],
  },
  {
    name: "a task that neither ends nor goes on",
    change: [lake, '      Next: "Done",\n', ""],
    finds: ["state-invalid", "lake.js:34:24", 'meters-dev-daily, state Land: it has neither "Next" nor "End"'],
  },
  {
    name: "a state of a type that there is not",
    change: [lake, 'Type: "Fail" }', 'Type: "Failed" }'],
    finds: ["state-invalid", "lake.js:34:24", "meters-dev-daily, state Failed: 'Failed' is no type of a state"],
  },
  {
    name: "members of the other query language",
    change: [lake, "Arguments: {", "Parameters: {"],
    finds: [
      "state-invalid",
      "lake.js:34:24",
      "meters-dev-daily, state Land: Parameters belongs to the other query language; this state uses JSONata",
    ],
  },
  {
    name: "an expression that does not parse",
    change: [lake, "{% $states.input %}", "{% $states.input( %}"],
    finds: [
      "state-invalid",
      "lake.js:34:24",
      'meters-dev-daily, state Land: Arguments.Payload: the JSONata expression does not parse: Expected ")" before end of expression',
    ],
  },
  {
    name: "States.ALL that is not last",
    change: [lake, "Catch: [{", 'Catch: [{ ErrorEquals: ["States.ALL"], Next: "Done" }, {'],
    finds: [
      "state-invalid",
      "lake.js:34:24",
      "meters-dev-daily, state Land: Catch[0]: States.ALL must stand alone, and last",
    ],
  },
  {
    name: "a state's name that is too long",
    change: [lake, "Done: {", `Done: { Type: "Pass", Next: "${"n".repeat(81)}" },\n    ${"n".repeat(81)}: {`],
    finds: [
      "state-name",
      "lake.js:34:24",
      `meters-dev-daily, state ${"n".repeat(81)}: the state's name has 81 characters; Step Functions takes 80`,
    ],
  },
  {
    name: "an action misspelt",
    change: [lake, "s3:GetObject", "s3:GetObjct"],
    finds: [
      "unknown-action",
      "lake.js:34:24",
      "meters-dev-daily-land, statement ReadIncoming: there is no action 's3:GetObjct'",
    ],
  },
  {
    name: "an action with a wildcard",
    change: [lake, "s3:GetObject", "s3:Get*"],
    finds: [
      "wildcard",
      "lake.js:34:24",
      "meters-dev-daily-land, statement ReadIncoming: 's3:Get*' allows more than anyone has thought of",
    ],
  },
  {
    name: "an action on every resource",
    change: [lake, '["arn:aws:s3:::acme-landing/incoming/*"]', '["*"]'],
    finds: [
      "wildcard",
      "lake.js:34:24",
      "meters-dev-daily-land, statement ReadIncoming: 's3:GetObject' is allowed on every resource",
    ],
  },
  {
    name: "an action on another service's resource",
    change: [lake, "arn:aws:s3:::acme-landing/incoming/*", "arn:aws:glue:us-east-1:111122223333:catalog"],
    finds: [
      "invalid-statement",
      "lake.js:34:24",
      "meters-dev-daily-land, statement ReadIncoming: 's3:GetObject' is not about arn:aws:glue:us-east-1:111122223333:catalog",
    ],
  },
  {
    name: "a resource for an action that knows none",
    change: [lake, 'Resource: ["*"] },\n]', 'Resource: ["arn:aws:xray:us-east-1:111122223333:group/x"] },\n]'],
    finds: [
      "invalid-statement",
      "lake.js:34:24",
      "meters-dev-daily-land, statement Trace: 'xray:PutTraceSegments' knows no resources: on arn:aws:xray:us-east-1:111122223333:group/x it allows nothing",
    ],
  },
  {
    name: "a Sid with a blank",
    change: [lake, 'Sid: "ReadIncoming"', 'Sid: "Read Incoming"'],
    finds: [
      "invalid-statement",
      "lake.js:34:24",
      "meters-dev-daily-land, statement Read Incoming: 'Read Incoming' is no Sid",
    ],
  },
  {
    name: "a Sid that stands twice",
    change: [lake, 'Sid: "Trace"', 'Sid: "ReadIncoming"'],
    finds: [
      "invalid-statement",
      "lake.js:34:24",
      "meters-dev-daily-land, statement ReadIncoming: its Sid stands twice in the policy",
    ],
  },
  {
    name: "a statement without a resource",
    change: [lake, '["arn:aws:s3:::acme-landing/incoming/*"]', "[]"],
    finds: [
      "invalid-statement",
      "lake.js:34:24",
      "meters-dev-daily-land, statement ReadIncoming: it names no resource",
    ],
  },
  {
    name: "a policy that is too large",
    change: [
      lake,
      '["arn:aws:s3:::acme-landing/incoming/*"]',
      "Array.from({ length: 400 }, (_, n) => `arn:aws:s3:::acme-landing/incoming/${n}`)",
    ],
    finds: [
      "too-large",
      "lake.js:34:24",
      "meters-dev-daily-land: the policy has about 16692 characters; IAM takes 10240 for all inline policies of a role",
    ],
  },
];
