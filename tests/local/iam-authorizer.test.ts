/** The authorizer: what it adds to a request, how it answers, and what it remembers. Pages of the IAM user guide are named. */
import { expect } from "chai";
import { Api, AwsError, operation, type Caller, type Permission, type ServiceName } from "../../local/api";
import type { Resource, ResourceGraph } from "../../local/graph";
import { Authorizer } from "../../local/iam/authorizer";
import { loadPolicies } from "../../local/iam/from-graph";

const account = "123456789012";
const place = { account, region: "us-east-1" };
const now = () => new Date("2024-11-08T01:02:03Z");
const arn = `arn:aws:iam::${account}:role/pipelines/etl`;
const etl: Caller = { principalArn: arn };
const root: Caller = { principalArn: `arn:aws:iam::${account}:root` };
const rule = `arn:aws:events:us-east-1:${account}:rule/daily`;
const fn = `arn:aws:lambda:us-east-1:${account}:function:trigger`;
const trusts = (service: string, more = {}) => ({
  Version: "2012-10-17",
  Statement: { Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole", ...more },
});
const grants = (Action: string | string[], Resource = "*", more = {}) => ({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action, Resource, ...more }],
});
const asks = (action: string, resource: string, context?: Permission["context"]): Permission => ({
  action,
  resource,
  context,
});
const readA = asks("s3:GetObject", "arn:aws:s3:::landing/a");

function withRole(document: unknown): Authorizer {
  const authorizer = new Authorizer(place, now);
  authorizer.putRole({ arn, trustPolicy: trusts("lambda.amazonaws.com") });
  authorizer.putRolePolicy("etl", "access", document);
  return authorizer;
}

function refusal(attempt: () => void): AwsError {
  try {
    attempt();
  } catch (error) {
    expect(error).to.be.instanceOf(AwsError);
    return error as AwsError;
  }
  throw new Error("It was allowed.");
}

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

  describe("an evaluated program", () => {
    const resource = (type: string, name: string, inputs: object, outputs: object = {}): Resource => ({
      urn: `urn:pulumi:dev::p::${type}::${name}`,
      type,
      name,
      id: name,
      component: false,
      inputs: { ...inputs },
      outputs: { ...inputs, ...outputs },
      options: {},
    });
    const graph = (...resources: Resource[]): ResourceGraph => ({
      project: "p",
      stack: "dev",
      account,
      region: "us-east-1",
      resources,
      outputs: {},
    });
    const queue = `arn:aws:sqs:us-east-1:${account}:q`;
    const managed = `arn:aws:iam::${account}:policy/limits`;
    const program = graph(
      resource(
        "aws:iam/rolePolicy:RolePolicy",
        "access",
        { role: "etl", policy: JSON.stringify(grants("s3:GetObject")) },
        { name: "access-1" },
      ),
      resource("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "a", { role: "etl", policyArn: managed }),
      resource(
        "aws:iam/role:Role",
        "etl",
        {
          assumeRolePolicy: JSON.stringify(trusts("lambda.amazonaws.com")),
          inlinePolicies: [{ name: "own", policy: JSON.stringify(grants("glue:GetTable")) }],
        },
        { arn, name: "etl" },
      ),
      resource("aws:iam/policy:Policy", "limits", { policy: JSON.stringify(grants("athena:*")) }, { arn: managed }),
      resource("aws:s3/bucketPolicy:BucketPolicy", "b", {
        bucket: "audit",
        policy: { Statement: { Effect: "Deny", Principal: "*", Action: "s3:*", Resource: "arn:aws:s3:::audit/*" } },
      }),
      resource("aws:sqs/queuePolicy:QueuePolicy", "q", {
        queueUrl: `https://sqs.us-east-1.amazonaws.com/${account}/q`,
        policy: {
          Statement: {
            Effect: "Allow",
            Principal: { Service: "events.amazonaws.com" },
            Action: "sqs:SendMessage",
            Resource: queue,
          },
        },
      }),
      resource(
        "aws:lambda/permission:Permission",
        "p1",
        { function: "trigger", action: "lambda:InvokeFunction", principal: "events.amazonaws.com", sourceArn: rule },
        { statementId: "p1" },
      ),
      resource(
        "aws:lambda/permission:Permission",
        "p2",
        { function: fn, action: "lambda:InvokeFunction", principal: "sns.amazonaws.com", sourceAccount: account },
        { statementId: "p2" },
      ),
    );
    const cases: [Caller, Permission, allowed: boolean][] = [
      [etl, readA, true],
      [etl, asks("glue:GetTable", "*"), true],
      [etl, asks("athena:GetQueryExecution", "*"), true],
      [etl, asks("s3:GetObject", "arn:aws:s3:::audit/a"), false],
      [{ principalArn: rule, service: "events.amazonaws.com" }, asks("sqs:SendMessage", queue), true],
      [{ principalArn: rule, service: "events.amazonaws.com" }, asks("lambda:InvokeFunction", fn), true],
      [{ principalArn: `${rule}-2`, service: "events.amazonaws.com" }, asks("lambda:InvokeFunction", fn), false],
      [{ principalArn: queue, service: "sns.amazonaws.com" }, asks("lambda:InvokeFunction", fn), true],
    ];
    for (const [caller, permission, allowed] of cases) {
      it(`${allowed ? "lets" : "does not let"} ${caller.service ?? "the role"} ${permission.action} on ${permission.resource}`, () => {
        const authorizer = new Authorizer(place);
        loadPolicies(authorizer, program);
        const attempt = () => authorizer.authorize(caller, permission, { service: "s3" });
        if (allowed) attempt();
        else refusal(attempt);
      });
    }

    it("replaces what was there", () => {
      const authorizer = withRole(grants("*"));
      loadPolicies(authorizer, graph());
      refusal(() => authorizer.authorize(etl, readA, { service: "s3" }));
    });

    it("is told which resource has the fault", () => {
      const faulty = resource("aws:iam/role:Role", "etl", { assumeRolePolicy: "{" }, { arn, name: "etl" });
      const error = refusal(() => loadPolicies(new Authorizer(place), graph(faulty)));
      expect(error.message).to.match(/^aws:iam\/role:Role etl: Policy trust policy of etl, is not JSON/);
    });
  });
});
