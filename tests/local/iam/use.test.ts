/** What the authorizer remembers of the grants that were used. */
import { expect } from "chai";
import { Authorizer } from "../../../local/iam/authorizer";
import { place, arn, etl, root, rule, fn, trusts, asks, readA, withRole, refusal } from "./role";

describe("IAM authorizer", () => {
  describe("use", () => {
    const document = {
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "Read",
          Effect: "Allow",
          Action: ["s3:GetObject", "s3:ListBucket"],
          Resource: ["arn:aws:s3:::landing", "arn:aws:s3:::landing/*"],
        },
        { Effect: "Allow", Action: ["glue:Get*", "s3:GetObject"], Resource: "*" },
        { Effect: "Deny", Action: "s3:DeleteObject", Resource: "*" },
      ],
    };
    const trustUnused = {
      holder: "etl",
      policy: "trust policy of etl",
      statement: "#0",
      action: "sts:AssumeRole",
      wildcard: false,
    };

    it("is recorded by statement and action", () => {
      const authorizer = withRole(document);
      for (const name of ["a", "b", "a"]) {
        authorizer.authorize(etl, asks("s3:GetObject", `arn:aws:s3:::landing/${name}`), { service: "s3" });
      }
      authorizer.authorize(etl, asks("glue:GetTable", "t"), { service: "glue" });
      refusal(() => authorizer.authorize(etl, asks("s3:PutObject", "arn:aws:s3:::landing/a"), { service: "s3" }));
      authorizer.authorize(root, readA, { service: "s3" });
      expect(authorizer.usage()).to.deep.equal([
        {
          holder: "etl",
          policy: "access",
          statement: "Read",
          action: "s3:GetObject",
          resources: ["arn:aws:s3:::landing/a", "arn:aws:s3:::landing/b"],
        },
        { holder: "etl", policy: "access", statement: "#1", action: "glue:GetTable", resources: ["t"] },
      ]);
      expect(authorizer.unused()).to.deep.equal([
        trustUnused,
        { holder: "etl", policy: "access", statement: "Read", action: "s3:ListBucket", wildcard: false },
        { holder: "etl", policy: "access", statement: "#1", action: "s3:GetObject", wildcard: false },
      ]);
      authorizer.resetUsage();
      expect(authorizer.usage()).to.deep.equal([]);
      expect(authorizer.unused()).to.have.length(5);
      expect(authorizer.unused()).to.deep.include({
        holder: "etl",
        policy: "access",
        statement: "#1",
        action: "glue:Get*",
        wildcard: true,
      });
    });

    it("counts for trust and resource policies, too", () => {
      const authorizer = new Authorizer(place);
      authorizer.putRole({ arn, trustPolicy: trusts("lambda.amazonaws.com") });
      authorizer.putResourcePolicy(fn, {
        Statement: {
          Sid: "Rule",
          Effect: "Allow",
          Principal: { Service: "events.amazonaws.com" },
          Action: "lambda:InvokeFunction",
          Resource: fn,
        },
      });
      expect(authorizer.unused().map(({ holder }) => holder)).to.deep.equal(["etl", fn]);
      authorizer.assumeRole("lambda.amazonaws.com", arn, { arn: fn });
      authorizer.authorize({ principalArn: rule, service: "events.amazonaws.com" }, asks("lambda:InvokeFunction", fn), {
        service: "lambda",
      });
      expect(authorizer.unused()).to.deep.equal([]);
      expect(authorizer.usage().map(({ holder, statement }) => [holder, statement])).to.deep.equal([
        ["etl", "#0"],
        [fn, "Rule"],
      ]);
    });

    it("shows what is granted on patterns of resources", () => {
      expect(withRole(document).wildcardResources()).to.deep.equal([
        { holder: "etl", policy: "access", statement: "Read", resource: "arn:aws:s3:::landing/*" },
        { holder: "etl", policy: "access", statement: "#1", resource: "*" },
      ]);
    });

    it("of an action can be shown to matter by taking it away", () => {
      const authorizer = withRole(document);
      const restore = authorizer.withoutAction("etl", "S3:GetObject");
      refusal(() => authorizer.authorize(etl, readA, { service: "s3" }));
      authorizer.authorize(etl, asks("s3:ListBucket", "arn:aws:s3:::landing"), { service: "s3" });
      restore();
      authorizer.authorize(etl, readA, { service: "s3" });
      expect(() => authorizer.withoutAction("etl", "glue:GetTable")).to.throw(
        /allows glue:GetTable by exactly that name/,
      );
    });
  });
});
