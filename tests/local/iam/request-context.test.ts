/** What the authorizer adds to a request. IAM user guide, "AWS global condition context keys". */
import { type Caller } from "../../../local/api";
import { Authorizer } from "../../../local/iam/authorizer";
import { account, place, now, arn, etl, root, rule, grants, asks, readA, withRole, refusal } from "./role";

describe("IAM authorizer", () => {
  describe("condition keys of every request", () => {
    const always = asks("s3:GetObject", "arn:aws:s3:::landing/a", { "s3:prefix": "x" });
    const rows: [Caller, condition: Record<string, Record<string, string>>][] = [
      [
        etl,
        {
          StringEquals: {
            "aws:PrincipalArn": arn,
            "aws:PrincipalAccount": account,
            "aws:PrincipalType": "AssumedRole",
          },
        },
      ],
      [root, { StringEquals: { "aws:PrincipalArn": root.principalArn, "aws:PrincipalType": "Account" } }],
      [
        etl,
        { Bool: { "aws:SecureTransport": "true", "aws:ViaAWSService": "false", "aws:PrincipalIsAWSService": "false" } },
      ],
      [
        etl,
        {
          Null: {
            "aws:CalledVia": "true",
            "aws:username": "true",
            "aws:SourceArn": "true",
            "aws:SourceAccount": "true",
          },
        },
      ],
      [
        etl,
        { DateEquals: { "aws:CurrentTime": "2024-11-08T01:02:03Z" }, NumericEquals: { "aws:EpochTime": "1731027723" } },
      ],
      [etl, { StringEquals: { "aws:RequestedRegion": "us-east-1", "aws:ResourceAccount": account, "s3:prefix": "x" } }],
      [
        { ...etl, calledVia: ["states.amazonaws.com", "athena.amazonaws.com"] },
        {
          Bool: { "aws:ViaAWSService": "true" },
          "ForAnyValue:StringEquals": { "aws:CalledVia": "athena.amazonaws.com" },
          StringEquals: { "aws:CalledViaFirst": "states.amazonaws.com", "aws:CalledViaLast": "athena.amazonaws.com" },
        },
      ],
      [
        { principalArn: rule, service: "events.amazonaws.com" },
        {
          StringEquals: {
            "aws:SourceArn": rule,
            "aws:SourceAccount": account,
            "aws:PrincipalServiceName": "events.amazonaws.com",
          },
          Null: { "aws:PrincipalArn": "true", "aws:PrincipalAccount": "true" },
        },
      ],
    ];
    for (const [caller, Condition] of rows) {
      it(`of ${caller.service ?? caller.principalArn}: ${JSON.stringify(Condition)}`, () => {
        const authorizer = new Authorizer(place, now);
        const statement = { Effect: "Allow", Principal: "*", Action: "*", Resource: "*", Condition };
        authorizer.putResourcePolicy("arn:aws:s3:::landing", { Version: "2012-10-17", Statement: statement });
        authorizer.authorize(caller, always, { service: "s3" });
        const [use] = authorizer.usage();
        // Root needs no statement, so its condition is seen by denying.
        if (use) return;
        authorizer.putResourcePolicy("arn:aws:s3:::landing", { Statement: { ...statement, Effect: "Deny" } });
        refusal(() => authorizer.authorize(caller, always, { service: "s3" }));
      });
    }

    it("of a caller who does not sign: no principal, and only what is open to everyone", () => {
      const authorizer = new Authorizer(place);
      const anonymous = { principalArn: "anonymous" };
      const open = (Principal: unknown) => ({
        Statement: {
          Effect: "Allow",
          Principal,
          Action: "s3:GetObject",
          Resource: "*",
          Condition: { Null: { "aws:PrincipalArn": "true", "aws:PrincipalAccount": "true" } },
        },
      });
      authorizer.putResourcePolicy("arn:aws:s3:::landing", open({ AWS: account }));
      refusal(() => authorizer.authorize(anonymous, readA, { service: "s3" }));
      authorizer.putResourcePolicy("arn:aws:s3:::landing", open("*"));
      authorizer.authorize(anonymous, readA, { service: "s3" });
    });

    it("cannot be set by an operation, apart from the source", () => {
      const authorizer = withRole(grants("s3:*", "*", { Condition: { StringEquals: { "aws:PrincipalArn": "x" } } }));
      refusal(() =>
        authorizer.authorize(etl, asks("s3:GetObject", "*", { "aws:PrincipalArn": "x" }), { service: "s3" }),
      );
    });
  });

  // "Roles terms and concepts", "The confused deputy problem", "Cross-service confused deputy prevention"
});
