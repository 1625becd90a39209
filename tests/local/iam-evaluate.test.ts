/** Matching and decisions, by the IAM user guide and the KMS developer guide. Each group names its page. */
import { expect } from "chai";
import { evaluate, type Decision } from "../../local/iam/evaluate";
import { contextOf } from "../../local/iam/match";
import { parsePolicy, statementLabel } from "../../local/iam/policy";

type Statements = Record<string, unknown> | Record<string, unknown>[];
interface Case {
  identity?: Statements;
  resource?: Statements;
  trust?: Statements;
  boundary?: Statements;
  principal?: string;
  service?: string;
  action?: string;
  on?: string;
  context?: Record<string, string | string[]>;
  version?: string;
}
type Row = [title: string, given: Case, expected: "allowed" | "explicitDeny" | "implicitDeny", reason?: string];

const account = "123456789012";
const root = `arn:aws:iam::${account}:root`;
const role = `arn:aws:iam::${account}:role/etl`;
const object = "arn:aws:s3:::landing/incoming/a.parquet";
const key = `arn:aws:kms:us-east-1:${account}:key/1234abcd`;

const allow = (Action: string | string[], Resource: string | string[] = "*", more = {}) => ({
  Effect: "Allow",
  Action,
  Resource,
  ...more,
});
const deny = (Action: string | string[], Resource: string | string[] = "*", more = {}) => ({
  Effect: "Deny",
  Action,
  Resource,
  ...more,
});
const toRole = { Principal: { AWS: role } };
const toAccount = { Principal: { AWS: account } };
const toAll = { Principal: "*" };

function decide(given: Case): Decision {
  const {
    version = "2012-10-17",
    principal = role,
    service,
    action = "s3:GetObject",
    on = object,
    context = {},
  } = given;
  const policy = (statements: Statements, kind: "identity" | "resource" | "trust") =>
    parsePolicy({ Version: version, Statement: statements }, kind, kind);
  const resource = given.resource ? policy(given.resource, "resource") : given.trust && policy(given.trust, "trust");
  return evaluate(
    { principal: { arn: principal, account, service }, action, resource: on, context: contextOf(context) },
    {
      identity: given.identity ? [policy(given.identity, "identity")] : [],
      resource,
      boundary: given.boundary && [policy(given.boundary, "identity")],
    },
  );
}

const groups: Record<string, Row[]> = {
  // "IAM JSON policy elements: Action", NotAction
  actions: [
    ["the action itself", { identity: allow("s3:GetObject") }, "allowed"],
    ["another action", { identity: allow("s3:PutObject") }, "implicitDeny"],
    ["case does not matter", { identity: allow("S3:getOBJECT") }, "allowed"],
    ["everything", { identity: allow("*") }, "allowed"],
    ["a service", { identity: allow("s3:*") }, "allowed"],
    ["another service", { identity: allow("glue:*") }, "implicitDeny"],
    ["* at the end", { identity: allow("s3:Get*") }, "allowed"],
    ["* inside", { identity: allow("s3:*Object") }, "allowed"],
    ["* stands for nothing, too", { identity: allow("s3:GetObject*") }, "allowed"],
    ["* before another end", { identity: allow("s3:Get*Acl") }, "implicitDeny"],
    ["? is one character", { identity: allow("s3:?etObject") }, "allowed"],
    ["? is not none", { identity: allow("s3:?GetObject") }, "implicitDeny"],
    ["one of a list", { identity: allow(["s3:PutObject", "s3:GetObject"]) }, "allowed"],
    [
      "NotAction of another service allows",
      { identity: { Effect: "Allow", NotAction: "iam:*", Resource: "*" } },
      "allowed",
    ],
    [
      "NotAction of the action does not",
      { identity: { Effect: "Allow", NotAction: "s3:*", Resource: "*" } },
      "implicitDeny",
    ],
    [
      "Deny NotAction leaves only its actions",
      { identity: [allow("*"), { Effect: "Deny", NotAction: "s3:Get*", Resource: "*" }], action: "s3:PutObject" },
      "explicitDeny",
    ],
    [
      "… and those stay",
      { identity: [allow("*"), { Effect: "Deny", NotAction: "s3:Get*", Resource: "*" }] },
      "allowed",
    ],
    [
      "NotAction and NotResource together, about neither",
      { identity: { Effect: "Allow", NotAction: "iam:*", NotResource: "arn:aws:s3:::secret/*" } },
      "allowed",
    ],
    [
      "NotAction and NotResource together, resource excepted",
      { identity: { Effect: "Allow", NotAction: "iam:*", NotResource: "arn:aws:s3:::landing/*" } },
      "implicitDeny",
    ],
    [
      "Deny with NotAction and NotResource: all but reading landing",
      {
        identity: [allow("*"), { Effect: "Deny", NotAction: "s3:GetObject", NotResource: "arn:aws:s3:::landing/*" }],
        action: "s3:PutObject",
        on: "arn:aws:s3:::audit/a",
      },
      "explicitDeny",
    ],
    [
      "… the resource excepted",
      {
        identity: [allow("*"), { Effect: "Deny", NotAction: "s3:GetObject", NotResource: "arn:aws:s3:::landing/*" }],
        action: "s3:PutObject",
      },
      "allowed",
    ],
  ],
  // "IAM JSON policy elements: Resource", wildcards in ARNs
  resources: [
    ["the ARN itself", { identity: allow("s3:*", object) }, "allowed"],
    ["case matters", { identity: allow("s3:*", object.toUpperCase().replace("ARN:", "arn:")) }, "implicitDeny"],
    ["* in place of a key", { identity: allow("s3:*", "arn:aws:s3:::landing/*") }, "allowed"],
    ["the bucket is not its objects", { identity: allow("s3:*", "arn:aws:s3:::landing") }, "implicitDeny"],
    [
      "objects are not the bucket",
      { identity: allow("s3:*", "arn:aws:s3:::landing/*"), action: "s3:ListBucket", on: "arn:aws:s3:::landing" },
      "implicitDeny",
    ],
    ["* spans slashes", { identity: allow("s3:*", "arn:aws:s3:::landing/*.parquet") }, "allowed"],
    ["a prefix of the bucket's name", { identity: allow("s3:*", "arn:aws:s3:::land*") }, "allowed"],
    ["? in the key", { identity: allow("s3:*", "arn:aws:s3:::landing/incoming/?.parquet") }, "allowed"],
    ["? is one character", { identity: allow("s3:*", "arn:aws:s3:::landing/incoming/??.parquet") }, "implicitDeny"],
    ["* in the middle, twice", { identity: allow("s3:*", "arn:aws:s3:::*/incoming/*") }, "allowed"],
    ["dots are dots", { identity: allow("s3:*", "arn:aws:s3:::landing/incoming/a?parque.") }, "implicitDeny"],
    ["a key with colons", { identity: allow("s3:*", "arn:aws:s3:::b/a*d"), on: "arn:aws:s3:::b/a:b:c:d" }, "allowed"],
    [
      "a key with signs of expressions",
      { identity: allow("s3:*", "arn:aws:s3:::b/(a|b)+[c]$"), on: "arn:aws:s3:::b/(a|b)+[c]$" },
      "allowed",
    ],
    ["* at the end of a segment spans further ones", { identity: allow("s3:*", "arn:aws:s3:*") }, "allowed"],
    [
      "* inside a segment does not",
      {
        identity: allow("glue:*", `arn:aws:g*1:${account}:table/x`),
        action: "glue:GetTable",
        on: `arn:aws:glue:us-east-1:${account}:table/x`,
      },
      "implicitDeny",
    ],
    [
      "? is not the colon between segments",
      {
        identity: allow("glue:*", `arn:aws:glue?us-east-1:${account}:table/x`),
        action: "glue:GetTable",
        on: `arn:aws:glue:us-east-1:${account}:table/x`,
      },
      "implicitDeny",
    ],
    [
      "* before more of its segment does not",
      { identity: allow("s3:*", "arn:aws:s3::*/incoming/a.parquet") },
      "implicitDeny",
    ],
    [
      "region and account as *",
      {
        identity: allow("glue:GetTable", "arn:aws:glue:*:*:table/landing/*"),
        action: "glue:GetTable",
        on: `arn:aws:glue:us-east-1:${account}:table/landing/oh`,
      },
      "allowed",
    ],
    [
      "another account",
      {
        identity: allow("glue:GetTable", "arn:aws:glue:*:999999999999:table/landing/*"),
        action: "glue:GetTable",
        on: `arn:aws:glue:us-east-1:${account}:table/landing/oh`,
      },
      "implicitDeny",
    ],
    [
      "an action about no resource needs *",
      { identity: allow("s3:ListAllMyBuckets"), action: "s3:ListAllMyBuckets", on: "*" },
      "allowed",
    ],
    [
      "NotResource, elsewhere",
      { identity: { Effect: "Allow", Action: "s3:*", NotResource: "arn:aws:s3:::secret/*" } },
      "allowed",
    ],
    [
      "NotResource, there",
      { identity: { Effect: "Allow", Action: "s3:*", NotResource: "arn:aws:s3:::landing/*" } },
      "implicitDeny",
    ],
    [
      "NotResource of a list",
      { identity: { Effect: "Allow", Action: "s3:*", NotResource: ["arn:aws:s3:::x", "arn:aws:s3:::landing/*"] } },
      "implicitDeny",
    ],
  ],
  // "IAM policy elements: Variables and tags"
  "variables in resources": [
    [
      "a value",
      {
        identity: allow("s3:*", "arn:aws:s3:::${aws:PrincipalAccount}/*"),
        on: `arn:aws:s3:::${account}/x`,
        context: { "aws:PrincipalAccount": account },
      },
      "allowed",
    ],
    [
      "another value",
      {
        identity: allow("s3:*", "arn:aws:s3:::${aws:PrincipalAccount}/*"),
        context: { "aws:PrincipalAccount": account },
      },
      "implicitDeny",
    ],
    ["no value", { identity: allow("s3:*", "arn:aws:s3:::landing/${aws:username}/*") }, "implicitDeny"],
    [
      "no value in NotResource: the statement is void",
      { identity: { Effect: "Allow", Action: "*", NotResource: "arn:aws:s3:::x/${aws:username}" } },
      "implicitDeny",
    ],
    [
      "a default",
      { identity: allow("s3:*", "arn:aws:s3:::landing/${aws:PrincipalTag/team, 'incoming'}/*") },
      "allowed",
    ],
    [
      "a wildcard in a value is none",
      { identity: allow("s3:*", "arn:aws:s3:::landing/${aws:username}"), context: { "aws:username": "*" } },
      "implicitDeny",
    ],
    ["${*} is a star", { identity: allow("s3:*", "arn:aws:s3:::b/${*}"), on: "arn:aws:s3:::b/*" }, "allowed"],
    ["${*} is not any", { identity: allow("s3:*", "arn:aws:s3:::b/${*}"), on: "arn:aws:s3:::b/x" }, "implicitDeny"],
    [
      "version 2008-10-17 has none",
      {
        version: "2008-10-17",
        identity: allow("s3:*", "arn:aws:s3:::b/${aws:username}"),
        on: "arn:aws:s3:::b/x",
        context: { "aws:username": "x" },
      },
      "implicitDeny",
    ],
    [
      "version 2008-10-17 takes them for text",
      {
        version: "2008-10-17",
        identity: allow("s3:*", "arn:aws:s3:::b/${aws:username}"),
        on: "arn:aws:s3:::b/${aws:username}",
      },
      "allowed",
    ],
  ],
  // "Policy evaluation logic" and "The difference between explicit and implicit denies"
  "identity policies": [
    ["none", {}, "implicitDeny", "because no identity-based policy allows the s3:GetObject action"],
    ["allow", { identity: allow("s3:GetObject") }, "allowed"],
    [
      "deny wins over allow",
      { identity: [allow("*"), deny("s3:GetObject")] },
      "explicitDeny",
      "with an explicit deny in an identity-based policy",
    ],
    ["deny wins, whatever the order", { identity: [deny("s3:GetObject"), allow("*")] }, "explicitDeny"],
    ["deny of something else", { identity: [allow("*"), deny("s3:PutObject")] }, "allowed"],
    ["deny alone", { identity: deny("s3:GetObject") }, "explicitDeny"],
    [
      "deny wins over a resource policy",
      { identity: deny("s3:*"), resource: allow("s3:*", "*", toRole) },
      "explicitDeny",
    ],
  ],
  // "IAM JSON policy elements: Condition"
  "conditions decide whether a statement counts": [
    [
      "all keys must match",
      {
        identity: allow("s3:*", "*", { Condition: { StringEquals: { "a:x": "1", "a:y": "2" } } }),
        context: { "a:x": "1", "a:y": "3" },
      },
      "implicitDeny",
    ],
    [
      "all operators must match",
      {
        identity: allow("s3:*", "*", { Condition: { StringEquals: { "a:x": "1" }, Bool: { "a:b": "true" } } }),
        context: { "a:x": "1", "a:b": "true" },
      },
      "allowed",
    ],
    ["an empty condition is none", { identity: allow("s3:*", "*", { Condition: {} }) }, "allowed"],
    [
      "Deny on a missing key, positive: not denied",
      { identity: [allow("*"), deny("*", "*", { Condition: { StringEquals: { "a:x": "1" } } })] },
      "allowed",
    ],
    [
      "Deny on a missing key, negated: denied",
      { identity: [allow("*"), deny("*", "*", { Condition: { StringNotEquals: { "a:x": "1" } } })] },
      "explicitDeny",
    ],
    [
      "Deny on a missing key, negated IfExists: denied",
      { identity: [allow("*"), deny("*", "*", { Condition: { StringNotEqualsIfExists: { "a:x": "1" } } })] },
      "explicitDeny",
    ],
    [
      "Deny on a missing key, Bool false: not denied",
      { identity: [allow("*"), deny("*", "*", { Condition: { Bool: { "aws:SecureTransport": "false" } } })] },
      "allowed",
    ],
    [
      "Deny on a missing key, BoolIfExists false: denied",
      { identity: [allow("*"), deny("*", "*", { Condition: { BoolIfExists: { "aws:SecureTransport": "false" } } })] },
      "explicitDeny",
    ],
    [
      "Deny on a missing key, ForAllValues: denied",
      {
        identity: [allow("*"), deny("*", "*", { Condition: { "ForAllValues:StringEquals": { "aws:TagKeys": "x" } } })],
      },
      "explicitDeny",
    ],
    [
      "… with Null, not denied",
      {
        identity: [
          allow("*"),
          deny("*", "*", {
            Condition: { "ForAllValues:StringEquals": { "aws:TagKeys": "x" }, Null: { "aws:TagKeys": "false" } },
          }),
        ],
      },
      "allowed",
    ],
    [
      "listing a prefix (S3 user guide, policy examples with condition keys)",
      {
        identity: allow("s3:ListBucket", "arn:aws:s3:::landing", {
          Condition: { StringLike: { "s3:prefix": ["", "incoming/*"] } },
        }),
        action: "s3:ListBucket",
        on: "arn:aws:s3:::landing",
        context: { "s3:prefix": "incoming/2024-11-08/" },
      },
      "allowed",
    ],
    [
      "listing without a prefix: the key is absent",
      {
        identity: allow("s3:ListBucket", "arn:aws:s3:::landing", {
          Condition: { StringLike: { "s3:prefix": ["", "incoming/*"] } },
        }),
        action: "s3:ListBucket",
        on: "arn:aws:s3:::landing",
      },
      "implicitDeny",
    ],
    [
      "passing a role to one service (Granting permissions to pass a role)",
      {
        identity: allow("iam:PassRole", role, {
          Condition: { StringEquals: { "iam:PassedToService": "lambda.amazonaws.com" } },
        }),
        action: "iam:PassRole",
        on: role,
        context: { "iam:PassedToService": "states.amazonaws.com" },
      },
      "implicitDeny",
    ],
    [
      "reading only through Athena (aws:CalledVia)",
      {
        identity: allow("s3:GetObject", "*", {
          Condition: { "ForAnyValue:StringEquals": { "aws:CalledVia": "athena.amazonaws.com" } },
        }),
        context: { "aws:CalledVia": ["athena.amazonaws.com"] },
      },
      "allowed",
    ],
  ],
  // "Policy evaluation for requests within a single account"; "AWS JSON policy elements: Principal"
  "resource policies": [
    ["the role is named: enough", { resource: allow("s3:*", "arn:aws:s3:::landing/*", toRole) }, "allowed"],
    ["another role is named", { resource: allow("s3:*", "*", { Principal: { AWS: `${role}2` } }) }, "implicitDeny"],
    ["everyone: enough", { resource: allow("s3:*", "*", toAll) }, "allowed"],
    ["everyone, as AWS *", { resource: allow("s3:*", "*", { Principal: { AWS: "*" } }) }, "allowed"],
    [
      "one of several principals",
      { resource: allow("s3:*", "*", { Principal: { AWS: [`${role}2`, role], Service: "x.amazonaws.com" } }) },
      "allowed",
    ],
    [
      "the account by id: does not grant by itself",
      { resource: allow("s3:*", "*", toAccount) },
      "implicitDeny",
      "because no identity-based policy allows the s3:GetObject action",
    ],
    ["the account by ARN: neither", { resource: allow("s3:*", "*", { Principal: { AWS: root } }) }, "implicitDeny"],
    ["the account and the identity", { resource: allow("s3:*", "*", toAccount), identity: allow("s3:*") }, "allowed"],
    [
      "the identity alone",
      { resource: allow("s3:*", "*", { Principal: { AWS: `${role}2` } }), identity: allow("s3:*") },
      "allowed",
    ],
    [
      "another account is named",
      { resource: allow("s3:*", "*", { Principal: { AWS: "999999999999" } }) },
      "implicitDeny",
    ],
    ["another action", { resource: allow("s3:PutObject", "*", toRole) }, "implicitDeny"],
    ["another resource", { resource: allow("s3:*", "arn:aws:s3:::audit/*", toRole) }, "implicitDeny"],
    [
      "deny for the role",
      { identity: allow("*"), resource: deny("s3:*", "*", toRole) },
      "explicitDeny",
      "with an explicit deny in a resource-based policy",
    ],
    ["deny for the account", { identity: allow("*"), resource: deny("s3:*", "*", toAccount) }, "explicitDeny"],
    ["deny for everyone", { identity: allow("*"), resource: deny("s3:*", "*", toAll) }, "explicitDeny"],
    [
      "deny for another role",
      { identity: allow("*"), resource: deny("s3:*", "*", { Principal: { AWS: `${role}2` } }) },
      "allowed",
    ],
    [
      "TLS only (S3 user guide, HTTPS example): over TLS",
      {
        identity: allow("s3:*"),
        resource: deny("s3:*", "*", { ...toAll, Condition: { Bool: { "aws:SecureTransport": "false" } } }),
        context: { "aws:SecureTransport": "true" },
      },
      "allowed",
    ],
    [
      "TLS only: without",
      {
        identity: allow("s3:*"),
        resource: deny("s3:*", "*", { ...toAll, Condition: { Bool: { "aws:SecureTransport": "false" } } }),
        context: { "aws:SecureTransport": "false" },
      },
      "explicitDeny",
    ],
    [
      "all but one role, by aws:PrincipalArn",
      {
        identity: allow("s3:*"),
        resource: deny("s3:*", "*", { ...toAll, Condition: { ArnNotEquals: { "aws:PrincipalArn": role } } }),
        context: { "aws:PrincipalArn": role },
      },
      "allowed",
    ],
    [
      "all but one role, for another",
      {
        identity: allow("s3:*"),
        resource: deny("s3:*", "*", { ...toAll, Condition: { ArnNotEquals: { "aws:PrincipalArn": `${role}2` } } }),
        context: { "aws:PrincipalArn": role },
      },
      "explicitDeny",
    ],
  ],
  // "AWS JSON policy elements: NotPrincipal"
  NotPrincipal: [
    [
      "another role is excepted",
      { identity: allow("*"), resource: deny("s3:*", "*", { NotPrincipal: { AWS: [`${role}2`, account] } }) },
      "explicitDeny",
    ],
    [
      "role and account are excepted",
      { identity: allow("*"), resource: deny("s3:*", "*", { NotPrincipal: { AWS: [role, account] } }) },
      "allowed",
    ],
    [
      "the role without its account",
      { identity: allow("*"), resource: deny("s3:*", "*", { NotPrincipal: { AWS: role } }) },
      "explicitDeny",
    ],
    [
      "the account without the role",
      { identity: allow("*"), resource: deny("s3:*", "*", { NotPrincipal: { AWS: account } }) },
      "explicitDeny",
    ],
    [
      "with a boundary, always",
      {
        identity: allow("*"),
        boundary: allow("*"),
        resource: deny("s3:*", "*", { NotPrincipal: { AWS: [role, account] } }),
      },
      "explicitDeny",
    ],
    [
      "a service excepted",
      {
        service: "events.amazonaws.com",
        resource: [allow("s3:*", "*", toAll), deny("s3:*", "*", { NotPrincipal: { Service: "events.amazonaws.com" } })],
      },
      "allowed",
    ],
    [
      "a service not excepted",
      {
        service: "sns.amazonaws.com",
        resource: [allow("s3:*", "*", toAll), deny("s3:*", "*", { NotPrincipal: { Service: "events.amazonaws.com" } })],
      },
      "explicitDeny",
    ],
  ],
  // "Permissions boundaries for IAM entities"
  "permissions boundaries": [
    ["within", { identity: allow("s3:*"), boundary: allow("s3:*") }, "allowed"],
    [
      "beyond",
      { identity: allow("s3:*"), boundary: allow("glue:*") },
      "implicitDeny",
      "because no permissions boundary allows the s3:GetObject action",
    ],
    [
      "grants nothing itself",
      { boundary: allow("*") },
      "implicitDeny",
      "because no identity-based policy allows the s3:GetObject action",
    ],
    [
      "denies",
      { identity: allow("*"), boundary: [allow("*"), deny("s3:*")] },
      "explicitDeny",
      "with an explicit deny in a permissions boundary",
    ],
    [
      "limits what a resource policy grants the role",
      { resource: allow("s3:*", "*", toRole), boundary: allow("glue:*") },
      "implicitDeny",
      "because no permissions boundary allows the s3:GetObject action",
    ],
    [
      "does not limit what is granted to everyone",
      { resource: allow("s3:*", "*", toAll), boundary: allow("glue:*") },
      "allowed",
    ],
    [
      "a role named by a resource policy, within",
      { resource: allow("s3:*", "*", toRole), boundary: allow("s3:*") },
      "allowed",
    ],
  ],
  // KMS developer guide, "Key policies in AWS KMS" and "Default key policy"
  keys: [
    [
      "the key opens itself to identity policies",
      {
        action: "kms:Decrypt",
        on: key,
        identity: allow("kms:Decrypt", key),
        resource: allow("kms:*", "*", { Principal: { AWS: root } }),
      },
      "allowed",
    ],
    [
      "… which are needed",
      { action: "kms:Decrypt", on: key, resource: allow("kms:*", "*", { Principal: { AWS: root } }) },
      "implicitDeny",
      "because no identity-based policy allows the kms:Decrypt action",
    ],
    [
      "it does not open itself",
      {
        action: "kms:Decrypt",
        on: key,
        identity: allow("kms:*"),
        resource: allow("kms:*", "*", { Principal: { AWS: `${role}2` } }),
      },
      "implicitDeny",
      "because no resource-based policy allows the kms:Decrypt action",
    ],
    [
      "it opens itself for other actions",
      { action: "kms:Decrypt", on: key, identity: allow("kms:*"), resource: allow("kms:Describe*", "*", toAccount) },
      "implicitDeny",
    ],
    ["the role is named", { action: "kms:Decrypt", on: key, resource: allow("kms:Decrypt", "*", toRole) }, "allowed"],
    [
      "a key without own policy has the default one",
      { action: "kms:Decrypt", on: key, identity: allow("kms:Decrypt", key) },
      "allowed",
    ],
    [
      "only for one service, through it (kms:ViaService)",
      {
        action: "kms:Decrypt",
        on: key,
        resource: allow("kms:*", "*", {
          ...toAll,
          Condition: { StringEquals: { "kms:ViaService": "s3.us-east-1.amazonaws.com", "kms:CallerAccount": account } },
        }),
        context: { "kms:ViaService": "s3.us-east-1.amazonaws.com", "kms:CallerAccount": account },
      },
      "allowed",
    ],
    [
      "only for one service, directly",
      {
        action: "kms:Decrypt",
        on: key,
        resource: allow("kms:*", "*", {
          ...toAll,
          Condition: { StringEquals: { "kms:ViaService": "s3.us-east-1.amazonaws.com" } },
        }),
      },
      "implicitDeny",
    ],
    [
      "grants only for AWS resources (kms:GrantIsForAWSResource)",
      {
        action: "kms:CreateGrant",
        on: key,
        resource: allow("kms:CreateGrant", "*", {
          ...toRole,
          Condition: { Bool: { "kms:GrantIsForAWSResource": "true" } },
        }),
        context: { "kms:GrantIsForAWSResource": "false" },
      },
      "implicitDeny",
    ],
    [
      "logs may use it for their groups only (encryption context)",
      {
        service: "logs.us-east-1.amazonaws.com",
        action: "kms:Encrypt",
        on: key,
        resource: allow("kms:Encrypt*", "*", {
          Principal: { Service: "logs.us-east-1.amazonaws.com" },
          Condition: { ArnLike: { "kms:EncryptionContext:aws:logs:arn": `arn:aws:logs:us-east-1:${account}:*` } },
        }),
        context: { "kms:EncryptionContext:aws:logs:arn": `arn:aws:logs:us-east-1:${account}:log-group:x` },
      },
      "allowed",
    ],
    [
      "the account's root, named",
      {
        principal: root,
        identity: allow("*"),
        action: "kms:Decrypt",
        on: key,
        resource: allow("kms:*", "*", toAccount),
      },
      "allowed",
    ],
    [
      "the account's root, not named",
      { principal: root, identity: allow("*"), action: "kms:Decrypt", on: key, resource: allow("kms:*", "*", toRole) },
      "implicitDeny",
    ],
  ],
  // "AWS JSON policy elements: Principal", AWS service principals; "The confused deputy problem"
  services: [
    [
      "named",
      {
        service: "events.amazonaws.com",
        resource: allow("s3:*", "*", { Principal: { Service: "events.amazonaws.com" } }),
      },
      "allowed",
    ],
    [
      "not named",
      { service: "events.amazonaws.com", resource: allow("s3:*", "*", { Principal: { Service: "s3.amazonaws.com" } }) },
      "implicitDeny",
      "because no resource-based policy allows the s3:GetObject action",
    ],
    [
      "no resource policy",
      { service: "events.amazonaws.com", identity: allow("*") },
      "implicitDeny",
      "because no resource-based policy allows the s3:GetObject action",
    ],
    ["everyone includes services", { service: "events.amazonaws.com", resource: allow("s3:*", "*", toAll) }, "allowed"],
    [
      "the account does not",
      { service: "events.amazonaws.com", principal: role, resource: allow("s3:*", "*", toAccount) },
      "implicitDeny",
    ],
    [
      "the role it acts for does not",
      { service: "events.amazonaws.com", principal: role, resource: allow("s3:*", "*", toRole) },
      "implicitDeny",
    ],
    [
      "identity policies of its source do not deny",
      { service: "events.amazonaws.com", identity: deny("*"), resource: allow("s3:*", "*", toAll) },
      "allowed",
    ],
    [
      "a deny for everyone",
      {
        service: "events.amazonaws.com",
        resource: [allow("s3:*", "*", { Principal: { Service: "events.amazonaws.com" } }), deny("s3:*", "*", toAll)],
      },
      "explicitDeny",
    ],
    [
      "for one source",
      {
        service: "events.amazonaws.com",
        resource: allow("s3:*", "*", {
          Principal: { Service: "events.amazonaws.com" },
          Condition: { ArnEquals: { "aws:SourceArn": "arn:aws:events:us-east-1:1:rule/x" } },
        }),
        context: { "aws:SourceArn": "arn:aws:events:us-east-1:1:rule/x" },
      },
      "allowed",
    ],
    [
      "for another source",
      {
        service: "events.amazonaws.com",
        resource: allow("s3:*", "*", {
          Principal: { Service: "events.amazonaws.com" },
          Condition: { ArnEquals: { "aws:SourceArn": "arn:aws:events:us-east-1:1:rule/x" } },
        }),
        context: { "aws:SourceArn": "arn:aws:events:us-east-1:1:rule/y" },
      },
      "implicitDeny",
    ],
    [
      "Federated principals are never the caller",
      { resource: allow("s3:*", "*", { Principal: { Federated: "cognito-identity.amazonaws.com" } }) },
      "implicitDeny",
    ],
  ],
  // "Policy evaluation logic", role trust policies; "Roles terms and concepts"
  "trust policies": [
    [
      "a service is trusted",
      {
        service: "states.amazonaws.com",
        action: "sts:AssumeRole",
        on: role,
        trust: { Effect: "Allow", Principal: { Service: "states.amazonaws.com" }, Action: "sts:AssumeRole" },
      },
      "allowed",
    ],
    [
      "another one is",
      {
        service: "lambda.amazonaws.com",
        action: "sts:AssumeRole",
        on: role,
        trust: { Effect: "Allow", Principal: { Service: "states.amazonaws.com" }, Action: "sts:AssumeRole" },
      },
      "implicitDeny",
      "because no role trust policy allows the sts:AssumeRole action",
    ],
    [
      "a role is trusted by name",
      { action: "sts:AssumeRole", on: `${role}2`, trust: { Effect: "Allow", ...toRole, Action: "sts:AssumeRole" } },
      "allowed",
    ],
    [
      "the account is trusted, the role has no permission",
      { action: "sts:AssumeRole", on: `${role}2`, trust: { Effect: "Allow", ...toAccount, Action: "sts:AssumeRole" } },
      "implicitDeny",
    ],
    [
      "the account is trusted and the role has it",
      {
        action: "sts:AssumeRole",
        on: `${role}2`,
        identity: allow("sts:AssumeRole", `${role}2`),
        trust: { Effect: "Allow", ...toAccount, Action: "sts:AssumeRole" },
      },
      "allowed",
    ],
    [
      "the role has it but is not trusted",
      {
        action: "sts:AssumeRole",
        on: `${role}2`,
        identity: allow("sts:AssumeRole"),
        trust: { Effect: "Allow", Principal: { Service: "states.amazonaws.com" }, Action: "sts:AssumeRole" },
      },
      "implicitDeny",
      "because no role trust policy allows the sts:AssumeRole action",
    ],
    [
      "an explicit deny",
      {
        service: "states.amazonaws.com",
        action: "sts:AssumeRole",
        on: role,
        trust: { Effect: "Deny", Principal: "*", Action: "sts:*" },
      },
      "explicitDeny",
      "with an explicit deny in the role trust policy",
    ],
  ],
};

describe("IAM decisions", () => {
  for (const [group, rows] of Object.entries(groups)) {
    describe(group, () => {
      for (const [title, given, expected, reason] of rows) {
        it(`${title}: ${expected}`, () => {
          const decision = decide(given);
          expect(decision.decision).to.equal(expected);
          if (reason) expect(decision.reason).to.equal(reason);
        });
      }
    });
  }

  it("names the statement that decides, an identity policy's before the resource's", () => {
    const byBoth = decide({
      identity: [allow("glue:*"), { ...allow("s3:*"), Sid: "Read" }],
      resource: allow("s3:*", "*", toRole),
    });
    expect(byBoth.by?.source).to.equal("identity");
    expect(byBoth.by && statementLabel(byBoth.by.statement)).to.equal("Read");
    const byResource = decide({ resource: [allow("s3:Put*", "*", toRole), allow("s3:*", "*", toRole)] });
    expect(byResource.by?.source).to.equal("resource");
    expect(byResource.by && statementLabel(byResource.by.statement)).to.equal("#1");
    expect(decide({}).by).to.equal(undefined);
  });
});
