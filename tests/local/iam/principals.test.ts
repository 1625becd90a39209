/** Decisions by resource and trust policies, by the IAM user guide. Each group names its page. */
import { account, root, role, allow, deny, toRole, toAccount, toAll, decides } from "./decisions";

describe("IAM principals", () => {
  decides({
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
          resource: [
            allow("s3:*", "*", toAll),
            deny("s3:*", "*", { NotPrincipal: { Service: "events.amazonaws.com" } }),
          ],
        },
        "allowed",
      ],
      [
        "a service not excepted",
        {
          service: "sns.amazonaws.com",
          resource: [
            allow("s3:*", "*", toAll),
            deny("s3:*", "*", { NotPrincipal: { Service: "events.amazonaws.com" } }),
          ],
        },
        "explicitDeny",
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
        {
          service: "events.amazonaws.com",
          resource: allow("s3:*", "*", { Principal: { Service: "s3.amazonaws.com" } }),
        },
        "implicitDeny",
        "because no resource-based policy allows the s3:GetObject action",
      ],
      [
        "no resource policy",
        { service: "events.amazonaws.com", identity: allow("*") },
        "implicitDeny",
        "because no resource-based policy allows the s3:GetObject action",
      ],
      [
        "everyone includes services",
        { service: "events.amazonaws.com", resource: allow("s3:*", "*", toAll) },
        "allowed",
      ],
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
        {
          action: "sts:AssumeRole",
          on: `${role}2`,
          trust: { Effect: "Allow", ...toAccount, Action: "sts:AssumeRole" },
        },
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
  });
});
