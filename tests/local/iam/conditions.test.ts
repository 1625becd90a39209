/** Condition operators, by the IAM user guide. Each group names its page or section. */
import { expect } from "chai";
import { contextOf } from "../../../local/iam/match";
import { holds, parseOperator } from "../../../local/iam/conditions";

type Given = Record<string, string | string[]>;
type Row = [operator: string, key: string, values: string | string[], given: Given, expected: boolean];

const role = "arn:aws:iam::123456789012:role/etl";
const absent: Given = {};
const bytes = Buffer.from("tributary").toString("base64");

const groups: Record<string, Row[]> = {
  // "IAM JSON policy elements: Condition operators", String condition operators
  "String operators": [
    ["StringEquals", "aws:PrincipalType", "Account", { "aws:PrincipalType": "Account" }, true],
    ["StringEquals", "aws:PrincipalType", "account", { "aws:PrincipalType": "Account" }, false],
    ["StringEquals", "aws:PrincipalType", ["User", "Account"], { "aws:PrincipalType": "Account" }, true],
    ["StringEquals", "s3:prefix", "incoming/*", { "s3:prefix": "incoming/a" }, false],
    ["StringEquals", "s3:prefix", "incoming/*", { "s3:prefix": "incoming/*" }, true],
    ["StringEquals", "s3:prefix", "", { "s3:prefix": "a" }, false],
    ["StringNotEquals", "aws:PrincipalType", "User", { "aws:PrincipalType": "Account" }, true],
    ["StringNotEquals", "aws:PrincipalType", ["User", "Account"], { "aws:PrincipalType": "Account" }, false],
    ["StringEqualsIgnoreCase", "aws:PrincipalType", "ACCOUNT", { "aws:PrincipalType": "Account" }, true],
    ["StringNotEqualsIgnoreCase", "aws:PrincipalType", "ACCOUNT", { "aws:PrincipalType": "Account" }, false],
    ["StringNotEqualsIgnoreCase", "aws:PrincipalType", "USER", { "aws:PrincipalType": "Account" }, true],
    ["StringLike", "s3:prefix", ["", "home/", "home/*"], { "s3:prefix": "home/jane/x" }, true],
    ["StringLike", "s3:prefix", ["", "home/", "home/*"], { "s3:prefix": "homes/" }, false],
    ["StringLike", "s3:prefix", "incoming/????-??-??/", { "s3:prefix": "incoming/2024-11-08/" }, true],
    ["StringLike", "s3:prefix", "incoming/????-??-??/", { "s3:prefix": "incoming/2024-1-8/" }, false],
    ["StringLike", "s3:prefix", "a.b*", { "s3:prefix": "axb" }, false],
    ["StringLike", "s3:prefix", "Home/*", { "s3:prefix": "home/x" }, false],
    ["StringLike", "s3:prefix", "a*", { "s3:prefix": "a\nb" }, true],
    ["StringNotLike", "s3:prefix", ["a/*", "b/*"], { "s3:prefix": "c/x" }, true],
    ["StringNotLike", "s3:prefix", ["a/*", "b/*"], { "s3:prefix": "b/x" }, false],
  ],
  // ibid., the note "Important" and "Condition": key names have no case
  "keys that are absent, and case of key names": [
    ["StringEquals", "s3:prefix", "a", absent, false],
    ["StringLike", "s3:prefix", "*", absent, false],
    ["StringNotEquals", "s3:prefix", "a", absent, true],
    ["StringNotLike", "s3:prefix", "*", absent, true],
    ["NumericLessThan", "s3:max-keys", "10", absent, false],
    ["NumericNotEquals", "s3:max-keys", "10", absent, true],
    ["DateGreaterThan", "aws:CurrentTime", "2020-01-01T00:00:00Z", absent, false],
    ["DateNotEquals", "aws:CurrentTime", "2020-01-01T00:00:00Z", absent, true],
    ["Bool", "aws:SecureTransport", "false", absent, false],
    ["IpAddress", "aws:SourceIp", "0.0.0.0/0", absent, false],
    ["NotIpAddress", "aws:SourceIp", "0.0.0.0/0", absent, true],
    ["ArnLike", "aws:SourceArn", "arn:aws:*:*:*:*", absent, false],
    ["ArnNotLike", "aws:SourceArn", "arn:aws:*:*:*:*", absent, true],
    ["BinaryEquals", "x:bytes", bytes, absent, false],
    ["StringEquals", "AWS:principaltype", "Account", { "aws:PrincipalType": "Account" }, true],
  ],
  // ibid., Numeric condition operators
  "Numeric operators": [
    ["NumericEquals", "s3:max-keys", "10", { "s3:max-keys": "10" }, true],
    ["NumericEquals", "s3:max-keys", "10.0", { "s3:max-keys": "10" }, true],
    ["NumericNotEquals", "s3:max-keys", ["9", "10"], { "s3:max-keys": "10" }, false],
    ["NumericNotEquals", "s3:max-keys", ["9", "11"], { "s3:max-keys": "10" }, true],
    ["NumericLessThan", "s3:max-keys", "10", { "s3:max-keys": "9" }, true],
    ["NumericLessThan", "s3:max-keys", "10", { "s3:max-keys": "10" }, false],
    ["NumericLessThanEquals", "s3:max-keys", "10", { "s3:max-keys": "10" }, true],
    ["NumericLessThanEquals", "s3:max-keys", "10", { "s3:max-keys": "100" }, false],
    ["NumericGreaterThan", "s3:max-keys", "-1", { "s3:max-keys": "0" }, true],
    ["NumericGreaterThanEquals", "s3:max-keys", "1", { "s3:max-keys": "1" }, true],
    ["NumericEquals", "s3:max-keys", "ten", { "s3:max-keys": "10" }, false],
    ["NumericNotEquals", "s3:max-keys", "ten", { "s3:max-keys": "10" }, false],
    ["NumericEquals", "s3:max-keys", "", { "s3:max-keys": "0" }, false],
  ],
  // ibid., Date condition operators: ISO 8601 or seconds since 1970
  "Date operators": [
    ["DateEquals", "aws:CurrentTime", "2024-11-08T00:00:00Z", { "aws:CurrentTime": "2024-11-08T00:00:00.000Z" }, true],
    ["DateEquals", "aws:CurrentTime", "2024-11-08", { "aws:CurrentTime": "2024-11-08T00:00:00Z" }, true],
    ["DateEquals", "aws:CurrentTime", "2024-11-08T00:00:00", { "aws:CurrentTime": "2024-11-08T00:00:00Z" }, true],
    ["DateNotEquals", "aws:CurrentTime", "2024-11-08", { "aws:CurrentTime": "2024-11-09T00:00:00Z" }, true],
    ["DateLessThan", "aws:CurrentTime", "2020-06-30T23:59:59Z", { "aws:CurrentTime": "2020-04-01T00:00:00Z" }, true],
    ["DateLessThan", "aws:CurrentTime", "2020-06-30T23:59:59Z", { "aws:CurrentTime": "2020-07-01T00:00:00Z" }, false],
    ["DateLessThanEquals", "aws:CurrentTime", "2024-11-08", { "aws:CurrentTime": "2024-11-08T00:00:00Z" }, true],
    [
      "DateGreaterThan",
      "aws:CurrentTime",
      "2024-11-08T02:00:00+02:00",
      { "aws:CurrentTime": "2024-11-08T00:00:01Z" },
      true,
    ],
    ["DateGreaterThanEquals", "aws:EpochTime", "1604188800", { "aws:EpochTime": "1604188800" }, true],
    ["DateLessThan", "aws:EpochTime", "2020-11-01T00:00:01Z", { "aws:EpochTime": "1604188800" }, true],
    ["DateEquals", "aws:CurrentTime", "soon", { "aws:CurrentTime": "2024-11-08T00:00:00Z" }, false],
  ],
  // ibid., Boolean, Binary
  "Bool and BinaryEquals": [
    ["Bool", "aws:SecureTransport", "true", { "aws:SecureTransport": "true" }, true],
    ["Bool", "aws:SecureTransport", "True", { "aws:SecureTransport": "true" }, true],
    ["Bool", "aws:SecureTransport", "false", { "aws:SecureTransport": "true" }, false],
    ["Bool", "kms:GrantIsForAWSResource", "true", { "kms:GrantIsForAWSResource": "false" }, false],
    ["BinaryEquals", "x:bytes", bytes, { "x:bytes": bytes }, true],
    ["BinaryEquals", "x:bytes", "QmluYXJ5", { "x:bytes": bytes }, false],
  ],
  // ibid., IP address condition operators
  "IP address operators": [
    ["IpAddress", "aws:SourceIp", "203.0.113.0/24", { "aws:SourceIp": "203.0.113.7" }, true],
    ["IpAddress", "aws:SourceIp", "203.0.113.0/24", { "aws:SourceIp": "203.0.114.7" }, false],
    ["IpAddress", "aws:SourceIp", "203.0.113.7", { "aws:SourceIp": "203.0.113.7" }, true],
    ["IpAddress", "aws:SourceIp", "203.0.113.7", { "aws:SourceIp": "203.0.113.8" }, false],
    [
      "IpAddress",
      "aws:SourceIp",
      ["203.0.113.0/24", "2001:DB8:1234:5678::/64"],
      { "aws:SourceIp": "2001:db8:1234:5678::1" },
      true,
    ],
    ["IpAddress", "aws:SourceIp", "2001:DB8:1234:5678::/64", { "aws:SourceIp": "2001:db8:1234:5679::1" }, false],
    ["IpAddress", "aws:SourceIp", "203.0.113.0/24", { "aws:SourceIp": "::1" }, false],
    ["NotIpAddress", "aws:SourceIp", "203.0.113.0/24", { "aws:SourceIp": "198.51.100.1" }, true],
    ["NotIpAddress", "aws:SourceIp", "203.0.113.0/24", { "aws:SourceIp": "203.0.113.1" }, false],
    // "IP address condition operators": a policy for one version of IP does not cover the other.
    ["NotIpAddress", "aws:SourceIp", "203.0.113.0/24", { "aws:SourceIp": "2001:db8::1" }, true],
    ["IpAddress", "aws:SourceIp", "203.0.113.0/33", { "aws:SourceIp": "203.0.113.1" }, false],
  ],
  // ibid., ARN condition operators: the six components are checked separately; Equals and Like are alike
  "ARN operators": [
    [
      "ArnEquals",
      "aws:SourceArn",
      "arn:aws:sns:us-east-1:123456789012:t",
      { "aws:SourceArn": "arn:aws:sns:us-east-1:123456789012:t" },
      true,
    ],
    ["ArnEquals", "aws:PrincipalArn", "arn:aws:iam::*:role/*", { "aws:PrincipalArn": role }, true],
    ["ArnLike", "aws:PrincipalArn", "arn:aws:iam::123456789012:role/et?", { "aws:PrincipalArn": role }, true],
    ["ArnLike", "aws:PrincipalArn", "arn:aws:iam::*role/*", { "aws:PrincipalArn": role }, false],
    ["ArnLike", "aws:SourceArn", "arn:aws:sns:*:1:t", { "aws:SourceArn": "arn:aws:sns:us-east-1:9:x:1:t" }, false],
    ["ArnLike", "aws:PrincipalArn", "arn:aws:*", { "aws:PrincipalArn": role }, false],
    ["ArnLike", "aws:PrincipalArn", "*", { "aws:PrincipalArn": role }, false],
    ["ArnLike", "aws:PrincipalArn", "arn:aws:iam::123456789012:Role/etl", { "aws:PrincipalArn": role }, false],
    [
      "ArnLike",
      "aws:SourceArn",
      "arn:aws:states:us-east-1:1:execution:*",
      { "aws:SourceArn": "arn:aws:states:us-east-1:1:execution:m:e" },
      true,
    ],
    ["ArnNotEquals", "aws:PrincipalArn", "arn:aws:iam::123456789012:role/x", { "aws:PrincipalArn": role }, true],
    ["ArnNotLike", "aws:PrincipalArn", "arn:aws:iam::*:role/*", { "aws:PrincipalArn": role }, false],
    ["ArnNotLike", "aws:SourceArn", "arn:aws:iam::*:role/*", { "aws:SourceArn": "no arn" }, false],
  ],
  // ibid., ...IfExists condition operators
  IfExists: [
    ["StringEqualsIfExists", "s3:prefix", "a", absent, true],
    ["StringEqualsIfExists", "s3:prefix", "a", { "s3:prefix": "b" }, false],
    ["StringNotLikeIfExists", "s3:prefix", "a*", absent, true],
    ["StringNotLikeIfExists", "s3:prefix", "a*", { "s3:prefix": "ab" }, false],
    ["NumericLessThanIfExists", "s3:max-keys", "5", absent, true],
    ["DateLessThanIfExists", "aws:TokenIssueTime", "2020-01-01", absent, true],
    ["BoolIfExists", "aws:MultiFactorAuthPresent", "true", absent, true],
    ["BoolIfExists", "aws:MultiFactorAuthPresent", "true", { "aws:MultiFactorAuthPresent": "false" }, false],
    ["IpAddressIfExists", "aws:SourceIp", "10.0.0.0/8", absent, true],
    ["ArnLikeIfExists", "aws:SourceArn", "arn:aws:s3:::*", absent, true],
    ["BinaryEqualsIfExists", "x:bytes", bytes, absent, true],
  ],
  // ibid., Condition operator to check existence of condition keys
  Null: [
    ["Null", "aws:TokenIssueTime", "true", absent, true],
    ["Null", "aws:TokenIssueTime", "false", absent, false],
    ["Null", "aws:TokenIssueTime", "true", { "aws:TokenIssueTime": "2024-11-08T00:00:00Z" }, false],
    ["Null", "aws:TokenIssueTime", "false", { "aws:TokenIssueTime": "2024-11-08T00:00:00Z" }, true],
    ["Null", "aws:TagKeys", "true", { "aws:TagKeys": [] }, true],
  ],
  // "Single-valued vs. multivalued context keys" and "Set operators for multivalued context keys"
  "sets of values": [
    ["ForAllValues:StringEquals", "aws:TagKeys", ["env", "team"], { "aws:TagKeys": ["env"] }, true],
    ["ForAllValues:StringEquals", "aws:TagKeys", ["env", "team"], { "aws:TagKeys": ["env", "cost"] }, false],
    ["ForAllValues:StringEquals", "aws:TagKeys", ["env"], absent, true],
    ["ForAllValues:StringEquals", "aws:TagKeys", ["env"], { "aws:TagKeys": [] }, true],
    ["ForAllValues:StringNotEquals", "aws:TagKeys", ["env"], absent, true],
    ["ForAllValues:StringNotEquals", "aws:TagKeys", ["env"], { "aws:TagKeys": ["team", "env"] }, false],
    ["ForAllValues:StringLike", "aws:TagKeys", ["e*"], { "aws:TagKeys": ["env", "era"] }, true],
    ["ForAnyValue:StringEquals", "aws:TagKeys", ["env", "team"], { "aws:TagKeys": ["cost", "env"] }, true],
    ["ForAnyValue:StringEquals", "aws:TagKeys", ["env", "team"], { "aws:TagKeys": ["cost"] }, false],
    ["ForAnyValue:StringEquals", "aws:TagKeys", ["env"], absent, false],
    ["ForAnyValue:StringEquals", "aws:TagKeys", ["env"], { "aws:TagKeys": [] }, false],
    ["ForAnyValue:StringNotEquals", "aws:TagKeys", ["env"], absent, false],
    ["ForAnyValue:StringNotEquals", "aws:TagKeys", ["env"], { "aws:TagKeys": ["env", "team"] }, true],
    ["ForAnyValue:StringEqualsIfExists", "aws:TagKeys", ["env"], absent, false],
    [
      "ForAnyValue:StringEquals",
      "aws:CalledVia",
      ["athena.amazonaws.com"],
      { "aws:CalledVia": ["athena.amazonaws.com"] },
      true,
    ],
    ["ForAnyValue:StringEquals", "aws:PrincipalType", ["Account"], { "aws:PrincipalType": "Account" }, true],
    [
      "ForAnyValue:ArnLike",
      "logs:LogGeneratingResourceArns",
      "arn:aws:s3:::*",
      { "logs:LogGeneratingResourceArns": ["arn:aws:s3:::b"] },
      true,
    ],
    // Without a set operator, a key with several values matches nothing.
    ["StringEquals", "aws:TagKeys", ["env"], { "aws:TagKeys": ["env"] }, false],
    ["StringNotEquals", "aws:TagKeys", ["env"], { "aws:TagKeys": ["team"] }, false],
  ],
  // "IAM policy elements: Variables and tags"
  "policy variables": [
    ["StringLike", "s3:prefix", "home/${aws:username}/*", { "s3:prefix": "home/jane/x", "aws:username": "jane" }, true],
    [
      "StringLike",
      "s3:prefix",
      "home/${aws:username}/*",
      { "s3:prefix": "home/john/x", "aws:username": "jane" },
      false,
    ],
    ["StringLike", "s3:prefix", "home/${AWS:UserName}/*", { "s3:prefix": "home/jane/x", "aws:username": "jane" }, true],
    ["StringLike", "s3:prefix", "home/${aws:username}/*", { "s3:prefix": "home/x/y", "aws:username": "*" }, false],
    ["StringEquals", "s3:prefix", "${aws:PrincipalTag/team, 'company-wide'}", { "s3:prefix": "company-wide" }, true],
    [
      "StringEquals",
      "s3:prefix",
      "${aws:PrincipalTag/team, 'all'}",
      { "s3:prefix": "x", "aws:PrincipalTag/team": "x" },
      true,
    ],
    ["StringEquals", "s3:prefix", "${aws:PrincipalTag/team, ''}", { "s3:prefix": "x" }, false],
    ["StringEquals", "s3:prefix", ["x", "${aws:username}"], { "s3:prefix": "x" }, true],
    ["StringEquals", "s3:prefix", "${aws:username}", { "s3:prefix": "x" }, false],
    ["StringNotEquals", "s3:prefix", "${aws:username}", { "s3:prefix": "x" }, false],
    ["StringEquals", "s3:prefix", "${aws:TagKeys}", { "s3:prefix": "x", "aws:TagKeys": ["x"] }, false],
    ["StringLike", "s3:prefix", "${*}", { "s3:prefix": "x" }, false],
    ["StringLike", "s3:prefix", "${*}${?}${$}", { "s3:prefix": "*?$" }, true],
    [
      "ArnLike",
      "aws:SourceArn",
      "arn:aws:s3:::${aws:username}-*",
      { "aws:SourceArn": "arn:aws:s3:::a-b", "aws:username": "a" },
      true,
    ],
    [
      "StringEquals",
      "aws:PrincipalAccount",
      "${aws:ResourceAccount}",
      { "aws:PrincipalAccount": "1", "aws:ResourceAccount": "1" },
      true,
    ],
  ],
  // KMS developer guide, "Condition keys for AWS KMS": their names may hold further colons
  "keys of KMS": [
    [
      "StringEquals",
      "kms:ViaService",
      "s3.us-east-1.amazonaws.com",
      { "kms:ViaService": "s3.us-east-1.amazonaws.com" },
      true,
    ],
    ["StringLike", "kms:ViaService", "s3.*.amazonaws.com", { "kms:ViaService": "glue.us-east-1.amazonaws.com" }, false],
    [
      "StringEquals",
      "kms:EncryptionContext:aws:s3:arn",
      "arn:aws:s3:::b/k",
      { "kms:EncryptionContext:aws:s3:arn": "arn:aws:s3:::b/k" },
      true,
    ],
    [
      "ArnLike",
      "kms:EncryptionContext:aws:logs:arn",
      "arn:aws:logs:*:1:*",
      { "kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:us-east-1:1:log-group:x" },
      true,
    ],
    [
      "ForAnyValue:StringEquals",
      "kms:EncryptionContextKeys",
      "dept",
      { "kms:EncryptionContextKeys": ["dept", "stage"] },
      true,
    ],
    ["Null", "kms:EncryptionContext:aws:s3:arn", "false", absent, false],
    ["Bool", "kms:GrantIsForAWSResource", "true", { "kms:GrantIsForAWSResource": "true" }, true],
    ["BoolIfExists", "kms:GrantIsForAWSResource", "true", absent, true],
  ],
};

describe("IAM conditions", () => {
  for (const [group, rows] of Object.entries(groups)) {
    describe(group, () => {
      for (const [operator, key, values, given, expected] of rows) {
        it(`${operator} ${key} ${JSON.stringify(values)} of ${JSON.stringify(given)} is ${expected}`, () => {
          const context = contextOf(given);
          const parsed = parseOperator(operator);
          expect(parsed, operator).to.exist;
          const condition = { operator: parsed!, key, values: [values].flat() };
          expect(holds(condition, context, context)).to.equal(expected);
        });
      }
    });
  }

  it("takes ${…} for text where the policy's version has no variables", () => {
    const condition = { operator: parseOperator("StringEquals")!, key: "s3:prefix", values: ["${aws:username}"] };
    expect(holds(condition, contextOf({ "s3:prefix": "${aws:username}", "aws:username": "x" }), undefined)).to.be.true;
    const like = { operator: parseOperator("StringLike")!, key: "s3:prefix", values: ["${*}"] };
    expect(holds(like, contextOf({ "s3:prefix": "${abc}" }), undefined)).to.be.true;
  });

  for (const name of [
    "StringEqual",
    "stringEquals",
    "NullIfExists",
    "ForAllValues:Null",
    "NotBool",
    "ForSome:Bool",
    "IfExists",
    "toString",
  ]) {
    it(`knows no operator ${name}`, () => expect(parseOperator(name)).to.be.undefined);
  }
});
