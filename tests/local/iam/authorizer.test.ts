/** The authorizer: how it answers. Pages of the IAM user guide are named. */
import { expect } from "chai";
import { Api, operation, type Permission, type ServiceName } from "../../../local/api";
import { Authorizer } from "../../../local/iam/authorizer";
import { account, place, arn, etl, root, rule, fn, trusts, grants, asks, readA, withRole, refusal } from "./role";

describe("IAM authorizer", () => {
  describe("roles", () => {
    it("have what their inline and attached policies grant", () => {
      const authorizer = withRole(grants("s3:GetObject"));
      const policy = `arn:aws:iam::${account}:policy/queries`;
      const query = asks("athena:StartQueryExecution", `arn:aws:athena:us-east-1:${account}:workgroup/x`);
      authorizer.authorize(etl, readA, { service: "s3" });
      refusal(() => authorizer.authorize(etl, query, { service: "athena" }));
      authorizer.putManagedPolicy(policy, grants("athena:*"));
      authorizer.attachRolePolicy("etl", policy);
      authorizer.authorize(etl, query, { service: "athena" });
      authorizer.deleteRolePolicy("etl", "access");
      refusal(() => authorizer.authorize(etl, readA, { service: "s3" }));
    });

    it("keep their policies when put again, and lose them when deleted", () => {
      const authorizer = withRole(grants("s3:GetObject"));
      authorizer.putRole({ arn, trustPolicy: trusts("states.amazonaws.com") });
      authorizer.authorize(etl, readA, { service: "s3" });
      authorizer.deleteRole("etl");
      refusal(() => authorizer.authorize(etl, readA, { service: "s3" }));
    });

    it("are known by their whole ARN", () => {
      const authorizer = withRole(grants("*"));
      refusal(() =>
        authorizer.authorize({ principalArn: `arn:aws:iam::${account}:role/etl` }, readA, { service: "s3" }),
      );
    });

    it("stay within their boundary", () => {
      const authorizer = withRole(grants("s3:*"));
      const boundary = `arn:aws:iam::${account}:policy/limits`;
      authorizer.putManagedPolicy(boundary, grants("glue:*"));
      authorizer.putRole({ arn, trustPolicy: trusts("lambda.amazonaws.com"), boundary });
      const { message } = refusal(() => authorizer.authorize(etl, readA, { service: "s3" }));
      expect(message).to.match(/because no permissions boundary allows the s3:GetObject action$/);
    });

    it("must exist, and so must what is attached to them", () => {
      const authorizer = withRole(grants("s3:*"));
      const managed = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole";
      expect(refusal(() => authorizer.putRolePolicy("none", "p", grants("*"))).code).to.equal("NoSuchEntity");
      expect(refusal(() => authorizer.attachRolePolicy("etl", managed)).message).to.include(
        "write out the permissions",
      );
    });
  });

  // "Troubleshoot access denied error messages"; codes from the services' API references, "Common errors"

  describe("on denial", () => {
    const codes: [ServiceName, string, number][] = [
      ["s3", "AccessDenied", 403],
      ["sts", "AccessDenied", 403],
      ["sqs", "AccessDenied", 403],
      ["sns", "AuthorizationError", 403],
      ["lambda", "AccessDeniedException", 403],
      ["scheduler", "AccessDeniedException", 403],
      ["athena", "AccessDeniedException", 400],
      ["glue", "AccessDeniedException", 400],
      ["states", "AccessDeniedException", 400],
      ["kms", "AccessDeniedException", 400],
      ["ssm", "AccessDeniedException", 400],
      ["events", "AccessDeniedException", 400],
    ];
    for (const [service, code, status] of codes) {
      it(`${service} answers ${code} with ${status}`, () => {
        const error = refusal(() => new Authorizer(place).authorize(etl, asks("x:Do", "*"), { service }));
        expect(error).to.include({ code, status, name: code });
      });
    }

    it("says who may not do what, and why", () => {
      const authorizer = withRole(grants("glue:*"));
      const message = () => refusal(() => authorizer.authorize(etl, readA, { service: "s3" })).message;
      const start = `User: arn:aws:sts::${account}:assumed-role/etl/local is not authorized to perform: s3:GetObject on resource: arn:aws:s3:::landing/a`;
      expect(message()).to.equal(`${start} because no identity-based policy allows the s3:GetObject action`);
      authorizer.putResourcePolicy("arn:aws:s3:::landing", {
        Statement: { Effect: "Deny", Principal: "*", Action: "s3:*", Resource: "*" },
      });
      expect(message()).to.equal(`${start} with an explicit deny in a resource-based policy`);
    });

    it("calls a service by its name and the owner by the account", () => {
      const authorizer = new Authorizer(place);
      const service = { principalArn: rule, service: "events.amazonaws.com" };
      expect(refusal(() => authorizer.authorize(service, readA, { service: "s3" })).message).to.match(
        /^User: events.amazonaws.com is not/,
      );
      authorizer.putResourcePolicy("arn:aws:s3:::landing", {
        Statement: { Effect: "Deny", Principal: "*", Action: "*", Resource: "*" },
      });
      expect(refusal(() => authorizer.authorize(root, readA, { service: "s3" })).message).to.match(
        /^User: arn:aws:iam::\d+:root is not/,
      );
    });

    it("stops the call before it runs", async () => {
      const authorizer = withRole(grants("s3:PutObject"));
      const api = new Api(authorizer.authorize);
      let ran = 0;
      const get = operation({ parse: () => ({}), permissions: () => [readA], run: async () => ++ran });
      api.register("s3", { GetObject: get });
      const failure = await api.call("s3", "GetObject", {}, etl).catch((error: unknown) => error);
      expect(failure).to.have.property("code", "AccessDenied");
      expect(await api.call("s3", "GetObject", {}, root)).to.equal(1);
    });
  });

  describe("the account's root", () => {
    it("may do everything", () =>
      new Authorizer(place).authorize(root, asks("iam:CreateRole", "*"), { service: "s3" }));

    it("is known by a condition on the principal", () => {
      const authorizer = new Authorizer(place);
      authorizer.putResourcePolicy("arn:aws:s3:::landing", {
        Statement: {
          Effect: "Deny",
          Principal: "*",
          Action: "*",
          Resource: "*",
          Condition: { ArnEquals: { "aws:PrincipalArn": root.principalArn } },
        },
      });
      refusal(() => authorizer.authorize(root, readA, { service: "s3" }));
    });
  });

  describe("resource policies", () => {
    const toEtl = (Action: string) => ({
      Statement: { Effect: "Allow", Principal: { AWS: arn }, Action, Resource: "*" },
    });
    const rows: [title: string, holder: string, permission: Permission][] = [
      ["a bucket's is that of the bucket", "arn:aws:s3:::landing", asks("s3:ListBucket", "arn:aws:s3:::landing")],
      ["a bucket's is that of its objects", "arn:aws:s3:::landing", asks("s3:GetObject", "arn:aws:s3:::landing/a/b")],
      ["a function's is that of its versions", fn, asks("lambda:InvokeFunction", `${fn}:live`)],
      [
        "a queue's",
        `arn:aws:sqs:us-east-1:${account}:q`,
        asks("sqs:SendMessage", `arn:aws:sqs:us-east-1:${account}:q`),
      ],
    ];
    for (const [title, holder, permission] of rows) {
      it(title, () => {
        const authorizer = withRole(grants("glue:*"));
        authorizer.putResourcePolicy(holder, toEtl(permission.action));
        authorizer.authorize(etl, permission, { service: "s3" });
        authorizer.deleteResourcePolicy(holder);
        refusal(() => authorizer.authorize(etl, permission, { service: "s3" }));
      });
    }

    it("a role's trust policy has no say in passing the role", () => {
      const authorizer = withRole(grants("iam:PassRole", arn));
      authorizer.authorize(etl, asks("iam:PassRole", arn), { service: "states" });
    });
  });

  // "AWS global condition context keys"

  describe("roles that services assume", () => {
    const source = `arn:aws:states:us-east-1:${account}:stateMachine:daily`;
    it("must trust the service", () => {
      const authorizer = new Authorizer(place);
      authorizer.putRole({ arn, trustPolicy: trusts("states.amazonaws.com") });
      authorizer.assumeRole("states.amazonaws.com", arn, { arn: source });
      const { code, message } = refusal(() => authorizer.assumeRole("lambda.amazonaws.com", arn, { arn: fn }));
      expect(code).to.equal("AccessDenied");
      expect(message).to.equal(
        `User: lambda.amazonaws.com is not authorized to perform: sts:AssumeRole on resource: ${arn} because no role trust policy allows the sts:AssumeRole action`,
      );
    });

    it("may ask for a source", () => {
      const authorizer = new Authorizer(place);
      const Condition = { StringEquals: { "aws:SourceAccount": account }, ArnLike: { "aws:SourceArn": source } };
      authorizer.putRole({ arn, trustPolicy: trusts("states.amazonaws.com", { Condition }) });
      authorizer.assumeRole("states.amazonaws.com", arn, { arn: source });
      refusal(() => authorizer.assumeRole("states.amazonaws.com", arn, { arn: `${source}-2` }));
      refusal(() => authorizer.assumeRole("states.amazonaws.com", arn, { arn: source, account: "999999999999" }));
    });

    it("must exist", () =>
      void refusal(() => new Authorizer(place).assumeRole("states.amazonaws.com", arn, { arn: source })));

    it("may be assumed by a role that has the permission and is trusted", () => {
      const authorizer = withRole(grants("sts:AssumeRole"));
      const other = `arn:aws:iam::${account}:role/other`;
      authorizer.putRole({ arn: other, trustPolicy: trusts("states.amazonaws.com") });
      refusal(() => authorizer.authorize(etl, asks("sts:AssumeRole", other), { service: "sts" }));
      authorizer.putRole({
        arn: other,
        trustPolicy: { Statement: { Effect: "Allow", Principal: { AWS: account }, Action: "sts:AssumeRole" } },
      });
      authorizer.authorize(etl, asks("sts:AssumeRole", other), { service: "sts" });
    });
  });
});
