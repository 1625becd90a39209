/** Decisions by identity policies, conditions and boundaries, by the IAM user guide. Each group names its page. */
import { expect } from "chai";
import { statementLabel } from "../../../local/iam/policy";
import { role, allow, deny, toRole, toAll, decide, decides } from "./decisions";

describe("IAM decisions", () => {
  decides({
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
          identity: [
            allow("*"),
            deny("*", "*", { Condition: { "ForAllValues:StringEquals": { "aws:TagKeys": "x" } } }),
          ],
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
  });

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
