/** Decisions on keys, by the KMS developer guide. */
import { account, root, role, key, allow, toRole, toAccount, toAll, decides } from "./decisions";

describe("IAM decisions on keys", () => {
  decides({
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
            Condition: {
              StringEquals: { "kms:ViaService": "s3.us-east-1.amazonaws.com", "kms:CallerAccount": account },
            },
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
        {
          principal: root,
          identity: allow("*"),
          action: "kms:Decrypt",
          on: key,
          resource: allow("kms:*", "*", toRole),
        },
        "implicitDeny",
      ],
    ],
  });
});
