/** Which actions and resources a statement is about, by the IAM user guide. Each group names its page. */
import { account, object, allow, decides } from "./decisions";

describe("IAM matching", () => {
  decides({
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
  });
});
