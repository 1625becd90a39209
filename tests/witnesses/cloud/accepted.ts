/** Findings that stay, each with its reason. One that is found no longer has to go. */

/** A finding that stays. */
export interface Accepted {
  /** Matches the findings' lines. */
  readonly finding: RegExp;
  readonly reason: string;
}

export const accepted: Readonly<Record<"cfn-lint" | "moto" | "parliament", readonly Accepted[]>> = {
  "cfn-lint": [
    {
      finding: /^W3010 Resources\/EC2Subnet\w+\/Properties\/AvailabilityZone/,
      reason: "awsx.ec2.Vpc asks for the account's zones at each deployment; the template has the answer",
    },
  ],
  moto: [
    {
      finding: /BucketLogging\) put_bucket_logging: .*500/,
      reason:
        "moto looks for the logging service in the target bucket's policy, as S3 does, and breaks on the statement before, " +
        'whose principal is "*" (moto/s3/models.py, _log_permissions_enabled_policy); before that policy is there it answers ' +
        "InvalidTargetBucketForLogging, which is no accepted finding",
    },
    {
      finding: /BucketObjectv2\) put_object: .*403/,
      reason:
        "moto holds the statement that refuses what does not come over TLS against every call: it reads no conditions " +
        "of bucket policies (moto/s3/models.py, is_action_permitted)",
    },
  ],
  parliament: [
    {
      finding: /\(aws:iam\/role:Role assumeRolePolicy\) CREDENTIALS_EXPOSURE: \['sts:assumerole'\]/,
      reason: "a trust policy says who may assume the role, which is what it is for",
    },
    {
      finding: /\(aws:kms\/key:Key policy\) RESOURCE_STAR/,
      reason: 'in a key\'s policy "*" is that key: KMS developer guide, "Key policies in AWS KMS"',
    },
    {
      finding: /\(aws:kms\/key:Key policy\) PERMISSIONS_MANAGEMENT_ACTIONS: \['kms:putkeypolicy'\]/,
      reason:
        "somebody must be able to change a key's policy: the account's administrators can, who may not use the key",
    },
    {
      finding: /-logs .*UNKNOWN_CONDITION_FOR_ACTION: .*kms:EncryptionContext:aws:logs:arn for action kms:DescribeKey/,
      reason:
        'the statement that CloudWatch Logs documents: "Encrypt log data in CloudWatch Logs using AWS Key Management Service"',
    },
    {
      finding: /-logs .*MISMATCHED_TYPE: .*ArnLike requires a value of type Arn but given String/,
      reason:
        "that statement compares an ARN in the encryption context, which parliament takes for text: " +
        '"Encrypt log data in CloudWatch Logs using AWS Key Management Service"',
    },
    {
      finding: /-states .*PERMISSIONS_MANAGEMENT_ACTIONS: \['logs:putresourcepolicy'\]/,
      reason:
        'state machines log by deliveries: Step Functions developer guide, "Using CloudWatch Logs to log execution history"',
    },
  ],
};

/** The findings that no reason covers. */
export function withoutReason(witness: keyof typeof accepted, findings: readonly string[]): string[] {
  return findings.filter((line) => !accepted[witness].some(({ finding }) => finding.test(line)));
}

/** The reasons that cover nothing. */
export function staleReasons(witness: keyof typeof accepted, findings: readonly string[]): string[] {
  return accepted[witness]
    .filter(({ finding }) => !findings.some((line) => finding.test(line)))
    .map(({ finding }) => String(finding));
}
