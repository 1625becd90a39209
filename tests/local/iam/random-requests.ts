/** Random policies and requests. */
import fc from "fast-check";

export const account = "123456789012";
export const roles = ["etl", "team/etl", "other"].map((name) => `arn:aws:iam::${account}:role/${name}`);
const key = `arn:aws:kms:us-east-1:${account}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
const queue = `arn:aws:sqs:us-east-1:${account}:dead-letters`;
const table = `arn:aws:glue:us-east-1:${account}:table/landing_db/utility_data_oh`;

/** Actions and the resources they are about; the evaluator knows which exist. */
export const requests: [action: string, resources: string[]][] = [
  ["s3:GetObject", ["arn:aws:s3:::landing/incoming/a", "arn:aws:s3:::landing/b:c", "arn:aws:s3:::audit/x/y"]],
  ["s3:PutObject", ["arn:aws:s3:::landing/incoming/a", "arn:aws:s3:::audit/x/y"]],
  ["s3:ListBucket", ["arn:aws:s3:::landing", "arn:aws:s3:::audit"]],
  ["glue:GetTable", [table]],
  ["kms:Decrypt", [key]],
  ["sqs:SendMessage", [queue]],
  ["sts:AssumeRole", roles],
  ["iam:PassRole", roles],
];

/** Mostly what lets a statement apply, so that everything else about it matters. */
function sometimes(usual: string, values: string[]) {
  return fc.oneof({ arbitrary: fc.constant(usual), weight: 2 }, { arbitrary: oneOrSome(values), weight: 3 });
}
const some = <T>(values: T[], maxLength = 3) => fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength });
export const oneOrSome = (values: string[]) => fc.oneof(fc.constantFrom(...values), some(values));

const actions = sometimes("*", [
  ...[
    "*",
    "s3:*",
    "s3:Get*",
    "s3:?etObject",
    "S3:getobject",
    "s3:*Object",
    "s3:PutObject",
    "s3:List*",
    "s3:ListBucket",
  ],
  ...["glue:GetTable", "glue:Get*", "kms:*", "kms:Decrypt", "sqs:SendMessage", "sqs:Send*", "sts:AssumeRole"],
  ...["sts:*", "iam:PassRole", "iam:*", "athena:StartQueryExecution"],
]);
export const arns = [
  ...["*", "arn:aws:s3:::landing", "arn:aws:s3:::landing/*", "arn:aws:s3:::land*", "arn:aws:s3:::*"],
  ...["arn:aws:s3:::*/incoming/?", "arn:aws:s3:::*:*", "arn:aws:s3:::?udit*", table, key, queue, ...roles],
  ...["arn:aws:glue:*:*:table/landing_db/*", "arn:aws:kms:*:*:key/*", "arn:aws:sqs:*:*:dead-*"],
  ...["arn:aws:iam::*:role/*", "arn:aws:iam::*:role/team/*", "arn:aws:s3:::${aws:PrincipalTag/zone, 'audit'}/*"],
];
const resources = fc.oneof(
  fc.record({
    not: fc.constant(""),
    resources: sometimes("*", [...arns, "arn:aws:s3:::${aws:PrincipalTag/zone}/*", "arn:aws:s3:*"]),
  }),
  fc.record({ not: fc.constantFrom("", "", "Not"), resources: oneOrSome(arns) }),
);

/** What a request may know; each key is absent, or has one of these values. */
const known: Record<string, string[]> = {
  "aws:PrincipalTag/zone": ["landing", "audit", "*"],
  "aws:PrincipalArn": roles,
  "aws:SourceArn": ["arn:aws:events:us-east-1:123456789012:rule/daily", "arn:aws:s3:::landing"],
  "aws:SecureTransport": ["true", "false"],
  "aws:SourceIp": ["10.1.2.3", "192.0.2.1"],
  "aws:EpochTime": ["5", "10"],
  "aws:CurrentTime": ["2024-11-08T00:00:00Z", "2024-11-09T12:00:00Z"],
};
const strings = [
  "landing",
  "Landing",
  "land*",
  "l?nding",
  "${aws:PrincipalTag/zone}",
  "audit",
  "${aws:username}",
  "${*}x",
];
const comparisons: [operators: string[], key: string, values: string[]][] = [
  [
    [
      "StringEquals",
      "StringNotEquals",
      "StringEqualsIgnoreCase",
      "StringNotEqualsIgnoreCase",
      "StringLike",
      "StringNotLike",
    ],
    "aws:PrincipalTag/zone",
    strings,
  ],
  [
    ["ArnEquals", "ArnNotEquals", "ArnLike", "ArnNotLike"],
    "aws:SourceArn",
    ["arn:aws:events:*:*:rule/*", "arn:aws:s3:::*", "arn:aws:s3:::landing", "arn:aws:*"],
  ],
  [["ArnLike", "ArnNotEquals", "StringLike"], "aws:PrincipalArn", [...roles, "arn:aws:iam::*:role/team/*"]],
  [["Bool"], "aws:SecureTransport", ["true", "false"]],
  [["IpAddress"], "aws:SourceIp", ["10.0.0.0/8", "192.0.2.1", "2001:db8::/32", "10.1.2.3/32"]],
  [["NotIpAddress"], "aws:SourceIp", ["10.0.0.0/8", "192.0.2.1", "10.1.2.3/32"]],
  [
    [
      "NumericEquals",
      "NumericNotEquals",
      "NumericLessThan",
      "NumericLessThanEquals",
      "NumericGreaterThan",
      "NumericGreaterThanEquals",
    ],
    "aws:EpochTime",
    ["5", "7", "10.0"],
  ],
  [
    ["DateEquals", "DateNotEquals", "DateLessThan", "DateLessThanEquals", "DateGreaterThan", "DateGreaterThanEquals"],
    "aws:CurrentTime",
    ["2024-11-08T00:00:00Z", "2024-11-09T00:00:00Z"],
  ],
];
const services = ["athena.amazonaws.com", "glue.amazonaws.com"];
export const condition = fc.oneof(
  fc.constantFrom(...comparisons).chain(([operators, name, values]) =>
    fc
      .record({
        set: fc.constantFrom("", "", "", "ForAllValues:", "ForAnyValue:"),
        operator: fc.constantFrom(...operators),
        ifExists: fc.constantFrom("", "", "IfExists"),
        expected: oneOrSome(values),
      })
      .map(({ set, operator, ifExists, expected }) => ({ [`${set}${operator}${ifExists}`]: { [name]: expected } })),
  ),
  fc
    .record({
      operator: fc.constantFrom(
        ...[
          "ForAllValues:StringEquals",
          "ForAnyValue:StringEquals",
          "ForAllValues:StringNotLike",
          "ForAnyValue:StringNotEquals",
        ],
        ...["StringEquals", "StringNotEquals"],
      ),
      expected: oneOrSome([...services, "*.amazonaws.com"]),
    })
    .map(({ operator, expected }) => ({ [operator]: { "aws:CalledVia": expected } })),
  fc
    .record({ name: fc.constantFrom("aws:SourceArn", "aws:CalledVia"), absent: fc.constantFrom("true", "false") })
    .map(({ name, absent }) => ({ Null: { [name]: absent } })),
);

const common = {
  Effect: fc.constantFrom("Allow", "Allow", "Allow", "Deny"),
  action: fc.record({ not: fc.constantFrom("", "", "", "Not"), actions }),
  Condition: fc.option(condition, { nil: undefined, freq: 1 }),
};
const about = { resource: resources };
const principal = fc.oneof(
  fc.constant("*"),
  fc.record({ AWS: oneOrSome([...roles, account, "*", `arn:aws:iam::${account}:root`, "999999999999"]) }),
  fc.record({ Service: oneOrSome(["events.amazonaws.com", "states.amazonaws.com"]) }),
);

interface Parts {
  Effect: string;
  action: { not: string; actions: string | string[] };
  Condition: object | undefined;
  resource?: { not: string; resources: string | string[] };
  Principal?: unknown;
}
function statement({ Effect, action, Condition, resource, Principal }: Parts) {
  return {
    Effect,
    [`${action.not}Action`]: action.actions,
    ...(Condition && { Condition }),
    ...(resource && { [`${resource.not}Resource`]: resource.resources }),
    ...(Principal !== undefined && { Principal }),
  };
}
const document = (statements: fc.Arbitrary<object>, maxLength: number) =>
  fc.array(statements, { minLength: 1, maxLength }).map((Statement) => ({ Version: "2012-10-17", Statement }));

const identityPolicy = document(fc.record({ ...common, ...about }).map(statement), 3);
const resourcePolicy = document(fc.record({ ...common, ...about, Principal: principal }).map(statement), 3);
const trustPolicy = document(fc.record({ ...common, Principal: principal }).map(statement), 2);

/** A request, and the policies that decide it. */
export const scenario = fc.constantFrom(...requests).chain(([action, on]) =>
  fc.record({
    action: fc.constant(action),
    resource: fc.constantFrom(...on),
    principal: fc.constantFrom(...roles.slice(0, 2), "events.amazonaws.com"),
    identity: fc.array(identityPolicy, { maxLength: 2 }),
    boundary: fc.option(identityPolicy, { nil: undefined, freq: 1 }),
    resourcePolicy:
      action === "sts:AssumeRole"
        ? trustPolicy
        : action === "kms:Decrypt"
          ? resourcePolicy
          : /^(s3|sqs)/.test(action)
            ? fc.option(resourcePolicy, { nil: undefined })
            : fc.constant(undefined),
    context: fc.record(
      Object.fromEntries([
        ...Object.entries(known).map(([name, values]) => [name, fc.constantFrom(...values)] as const),
        ["aws:CalledVia", some(services)] as const,
      ]) as Record<string, fc.Arbitrary<string | string[]>>,
      { requiredKeys: [] },
    ) as fc.Arbitrary<Record<string, string | string[]>>,
  }),
);
export type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never;
