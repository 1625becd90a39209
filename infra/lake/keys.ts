/** The two KMS keys of a lake: one for data and catalog, one for logs. Each says itself who may use it, and for what. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Place } from "../names";
import type { PolicyDocument } from "../permissions";
import { transformed, type Transform } from "../transform";

/** The purpose of a key. */
export type KeyPurpose = "catalog" | "logs";

/** Keys by purpose. */
export type LakeKeys = Readonly<Record<KeyPurpose, pulumi.Output<string>>>;

/** What the keys of a lake are made of. */
export interface LakeKeysArgs {
  /** `<lake>-<stage>`: part of aliases and parameter names. */
  readonly lake: string;
  readonly place: Place;
  /** ARNs of keys to use instead of creating them. */
  readonly existing?: Partial<Record<KeyPurpose, string>>;
  readonly transform?: Transform<aws.kms.KeyArgs>;
}

/** Administration without use: whoever manages a key cannot read with it. KMS documentation, "Default key policy". */
const administration = [
  "kms:CancelKeyDeletion",
  "kms:CreateAlias",
  "kms:DeleteAlias",
  "kms:DescribeKey",
  "kms:DisableKey",
  "kms:EnableKey",
  "kms:EnableKeyRotation",
  "kms:GetKeyPolicy",
  "kms:GetKeyRotationStatus",
  "kms:ListResourceTags",
  "kms:PutKeyPolicy",
  "kms:ScheduleKeyDeletion",
  "kms:TagResource",
  "kms:UntagResource",
  "kms:UpdateAlias",
  "kms:UpdateKeyDescription",
];

/** The policy of a key: pure. */
function keyPolicy(purpose: KeyPurpose, { account, region }: Place): PolicyDocument {
  const owner = { AWS: `arn:aws:iam::${account}:root` };
  return {
    Version: "2012-10-17",
    Statement: [
      { Sid: "Administer", Effect: "Allow", Principal: owner, Action: administration, Resource: "*" },
      ...(purpose === "catalog" ? dataUse(account, region) : logUse(account, region)),
    ],
  };
}

/** Roles of the account use the key through S3, Glue and Athena only, and only if their own policies let them. */
function dataUse(account: string, region: string): object[] {
  return [
    {
      Sid: "UseThroughServices",
      Effect: "Allow",
      Principal: { AWS: `arn:aws:iam::${account}:root` },
      Action: ["kms:Decrypt", "kms:GenerateDataKey", "kms:Encrypt"],
      Resource: "*",
      Condition: {
        StringEquals: {
          "kms:CallerAccount": account,
          "kms:ViaService": [`s3.${region}.amazonaws.com`, `glue.${region}.amazonaws.com`],
        },
      },
    },
  ];
}

/** CloudWatch Logs documentation, "Encrypt log data in CloudWatch Logs using KMS"; SNS documentation, "Managing encryption keys". */
function logUse(account: string, region: string): object[] {
  return [
    {
      Sid: "EncryptLogs",
      Effect: "Allow",
      Principal: { Service: `logs.${region}.amazonaws.com` },
      Action: ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*", "kms:DescribeKey"],
      Resource: "*",
      Condition: {
        ArnLike: { "kms:EncryptionContext:aws:logs:arn": `arn:aws:logs:${region}:${account}:log-group:*` },
      },
    },
    {
      Sid: "EncryptAlarms",
      Effect: "Allow",
      Principal: { Service: "cloudwatch.amazonaws.com" },
      Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
      Resource: "*",
      Condition: { StringEquals: { "aws:SourceAccount": account } },
    },
  ];
}

/** Creates the keys that are not given, with rotation, an alias and a parameter that publishes the ARN. */
export function createKeys(
  { lake, place, existing = {}, transform }: LakeKeysArgs,
  options: pulumi.CustomResourceOptions,
): LakeKeys {
  const create = (purpose: KeyPurpose, description: string): pulumi.Output<string> => {
    const name = `${lake}-${purpose}`;
    const given = existing[purpose];
    const arn = given
      ? pulumi.output(given)
      : new aws.kms.Key(
          ...transformed(
            transform,
            name,
            { description, enableKeyRotation: true, policy: JSON.stringify(keyPolicy(purpose, place)) },
            options,
          ),
        ).arn;
    if (!given) new aws.kms.Alias(name, { name: `alias/${name}`, targetKeyId: arn }, options);
    new aws.ssm.Parameter(
      `${name}-key`,
      { name: `/kms/${name}`, type: "String", value: arn, description: `ARN of the key: ${description}` },
      options,
    );
    return arn;
  };
  return {
    catalog: create("catalog", `Data and catalog of the lake ${lake}`),
    logs: create("logs", `Logs and alarms of the lake ${lake}`),
  };
}
