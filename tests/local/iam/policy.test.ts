/** Policy documents: "IAM JSON policy elements reference" and "Grammar of the IAM JSON policy language" in the IAM user guide. */
import { expect } from "chai";
import { AwsError } from "../../../local/api";
import { parsePolicy, type PolicyKind } from "../../../local/iam/policy";

const read = { Effect: "Allow", Action: "s3:GetObject", Resource: "*" };
const open = { ...read, Principal: "*" };
const trust = { Effect: "Allow", Principal: { Service: "states.amazonaws.com" }, Action: "sts:AssumeRole" };

describe("IAM policy documents", () => {
  it("may be text or an object, with one statement or several, with strings or lists", () => {
    const document = { Version: "2012-10-17", Id: "x", Statement: read };
    const listed = { ...document, Statement: [{ Effect: "Allow", Action: ["s3:GetObject"], Resource: ["*"] }] };
    const parsed = parsePolicy(JSON.stringify(document), "identity", "p");
    expect(parsePolicy(listed, "identity", "p")).to.deep.equal(parsed);
    expect(parsed.statements[0].actions).to.deep.equal({ except: false, patterns: ["s3:GetObject"] });
    expect(parsed.variables).to.equal(true);
    expect(parsePolicy({ Statement: read }, "identity", "p").variables).to.equal(false);
  });

  it("write an account's id as its root, and condition values as text", () => {
    const statement = {
      ...open,
      Principal: { AWS: "123456789012" },
      Condition: { Bool: { "aws:SecureTransport": true }, NumericLessThan: { "s3:max-keys": [5] } },
    };
    const [parsed] = parsePolicy({ Statement: statement }, "resource", "p").statements;
    expect(parsed.principals?.aws).to.deep.equal(["arn:aws:iam::123456789012:root"]);
    expect(parsed.conditions.map(({ key, values }) => [key, values])).to.deep.equal([
      ["aws:SecureTransport", ["true"]],
      ["s3:max-keys", ["5"]],
    ]);
  });

  const faults: [title: string, kind: PolicyKind, document: unknown, message: string | RegExp][] = [
    ["no JSON", "identity", "{", /^Policy p, is not JSON: /],
    ["no object", "identity", "[]", /^Policy p/],
    ["an unknown version", "identity", { Version: "2012-10-18", Statement: read }, /^Policy p, Version: .*2012-10-17/],
    [
      "no statement",
      "identity",
      { Version: "2012-10-17" },
      "Policy p, Statement: must be a statement or a list of statements",
    ],
    [
      "an unknown element",
      "identity",
      { Statement: { ...read, Resources: "*" } },
      /^Policy p, statement #0, .*Resources/,
    ],
    [
      "a wrong effect",
      "identity",
      { Statement: [read, { ...read, Sid: "Second", Effect: "allow" }] },
      /^Policy p, statement Second, Effect: /,
    ],
    [
      "two statements of one Sid",
      "identity",
      {
        Statement: [
          { ...read, Sid: "A" },
          { ...read, Sid: "A" },
        ],
      },
      "Policy p has two statements with the Sid A; give each its own.",
    ],
    [
      "no action",
      "identity",
      { Statement: { Effect: "Allow", Resource: "*" } },
      "Policy p, statement #0 needs Action or NotAction.",
    ],
    [
      "an action and its opposite",
      "identity",
      { Statement: { ...read, NotAction: "s3:*" } },
      "Policy p, statement #0 has both Action and NotAction.",
    ],
    [
      "a resource and its opposite",
      "identity",
      { Statement: { ...read, NotResource: "*" } },
      "Policy p, statement #0 has both Resource and NotResource.",
    ],
    [
      "an action without service",
      "identity",
      { Statement: { ...read, Action: "GetObject" } },
      /^Policy p, statement #0, Action: must be \* or <service>:<action>/,
    ],
    [
      "a wildcard for the service",
      "identity",
      { Statement: { ...read, Action: "*:Get" } },
      /Action: .*the service cannot have a wildcard/,
    ],
    [
      "a resource that is no ARN",
      "identity",
      { Statement: { ...read, Resource: "landing/*" } },
      "Policy p, statement #0, Resource: must be * or an ARN",
    ],
    [
      "no resource",
      "identity",
      { Statement: { Effect: "Allow", Action: "*" } },
      "Policy p, statement #0 needs Resource or NotResource.",
    ],
    ["a principal of an identity", "identity", { Statement: open }, /^Policy p, statement #0, cannot have Principal: /],
    ["no principal of a resource", "resource", { Statement: read }, "Policy p, statement #0 needs Principal."],
    [
      "a wildcard in a principal",
      "resource",
      { Statement: { ...read, Principal: { AWS: "arn:aws:iam::123456789012:role/*" } } },
      /has the invalid principal arn:aws:iam::123456789012:role\/\*/,
    ],
    [
      "a name for a principal",
      "resource",
      { Statement: { ...read, Principal: { AWS: "etl" } } },
      /has the invalid principal etl/,
    ],
    [
      "a service that is none",
      "resource",
      { Statement: { ...read, Principal: { Service: "*" } } },
      /has the invalid principal \*, |has the invalid principal \*: Service/,
    ],
    [
      "a canonical user",
      "resource",
      { Statement: { ...read, Principal: { CanonicalUser: "79a5" } } },
      /Principal: Unrecognized key: "CanonicalUser"/,
    ],
    [
      "all but someone allowed",
      "resource",
      { Statement: { ...read, NotPrincipal: { AWS: "123456789012" } } },
      "Policy p, statement #0 cannot have NotPrincipal with Effect Allow.",
    ],
    [
      "a resource in a trust policy",
      "trust",
      { Statement: { ...trust, Resource: "*" } },
      /cannot have Resource: a trust policy/,
    ],
    [
      "NotPrincipal in a trust policy",
      "trust",
      { Statement: { Effect: "Deny", NotPrincipal: "*", Action: "sts:*" } },
      /cannot have NotPrincipal in a trust policy/,
    ],
    [
      "an unknown operator",
      "identity",
      { Statement: { ...read, Condition: { StringIs: { a: "b" } } } },
      'Policy p, statement #0 has no valid condition operator in "StringIs".',
    ],
    [
      "a condition value that is an object",
      "identity",
      { Statement: { ...read, Condition: { StringEquals: { a: {} } } } },
      /Condition\.StringEquals\.a: must be a string, number or boolean/,
    ],
  ];
  for (const [title, kind, document, message] of faults) {
    it(`refuse ${title}`, () => {
      const attempt = () => parsePolicy(document, kind, "p");
      expect(attempt).to.throw(AwsError, message).with.property("code", "MalformedPolicyDocument");
    });
  }
});
