import { GlueClient, GetTableCommand } from "@aws-sdk/client-glue";
import { S3Client, HeadObjectCommand } from "@aws-sdk/client-s3";
import { SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { expect } from "chai";
import { AwsError, operation } from "../../../local/api";
import { credentialOf } from "../../../local/http/credential";
import { toJson } from "../../../local/http/json-protocol";
import { maximumBody, serve } from "../../../local/http/server";
import { ComputeBench } from "../lambda/compute-bench";

const role = "arn:aws:iam::123456789012:role/worker";

/** What a signed request carries; the signature itself is not looked at. */
function signed(service: string, key = "local"): Record<string, string> {
  const scope = `${key}/20241108/us-east-1/${service}/aws4_request`;
  return { authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0` };
}

describe("local/http", () => {
  let bench: ComputeBench;
  let endpoint: string;
  before(async () => {
    bench = new ComputeBench();
    bench.queues.putQueue({ name: "q" });
    const code = `exports.handler = async (event) => { console.log("hello"); if (event.bad) throw new Error("bad"); return { event }; };`;
    bench.putFunction("f", code);
    bench.api.register("glue", {
      GetTable: operation({
        parse: (input) => input,
        permissions: () => [],
        run: async () => {
          throw new AwsError("EntityNotFoundException", "Table t not found.", 400, { FromFederationSource: false });
        },
      }),
    });
    endpoint = await bench.serve();
  });
  after(() => bench.close());

  const client = (accessKeyId = "local") => ({
    endpoint,
    region: "us-east-1",
    maxAttempts: 1,
    credentials: { accessKeyId, secretAccessKey: "x" },
  });
  const post = async (path: string, headers: Record<string, string>, body: string | Uint8Array = "{}") => {
    const response = await fetch(endpoint + path, { method: "POST", headers, body });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };

  describe("clients", () => {
    it("of JSON services are served, as the role of their key", async () => {
      const { accessKeyId } = bench.sessions.credentialsFor(role);
      const sfn = new SFNClient(client(accessKeyId));
      const before = Date.now();
      const { startDate, $metadata } = await sfn.send(
        new StartExecutionCommand({ stateMachineArn: "arn", input: `{"name":"ü"}` }),
      );
      expect(startDate).to.be.instanceOf(Date);
      expect(startDate?.getTime()).to.be.within(before, Date.now());
      expect($metadata.requestId).to.match(/^[0-9a-f-]{36}$/);
      expect(bench.started.pop()).to.deep.equal({ input: `{"name":"ü"}`, caller: { principalArn: role } });
    });

    it("raise the service's errors", async () => {
      const glue = new GlueClient(client());
      const error: unknown = await glue
        .send(new GetTableCommand({ DatabaseName: "d", Name: "t" }))
        .catch((e: unknown) => e);
      expect(error).to.include({
        name: "EntityNotFoundException",
        message: "Table t not found.",
        FromFederationSource: false,
      });
    });

    it("of S3 reach its handler, with paths as they were sent", async () => {
      const s3 = new S3Client(client());
      let path = "";
      s3.middlewareStack.add(
        (next) => async (args) => {
          path = (args.request as { path: string }).path;
          return next(args);
        },
        { step: "finalizeRequest" },
      );
      const { $metadata } = await s3.send(new HeadObjectCommand({ Bucket: "landing", Key: "a b/c.done" }));
      expect($metadata.httpStatusCode).to.equal(200);
      expect(path).to.equal("/landing/a%20b/c.done");
    });
  });

  describe("requests", () => {
    it("to a function carry its error and its log in headers", async () => {
      const path = "/2015-03-31/functions/f/invocations";
      const good = await post(path, { ...signed("lambda"), "x-amz-log-type": "Tail" }, `{"n":"ü"}`);
      expect(good).to.include({ status: 200, text: `{"event":{"n":"ü"}}` });
      expect(good.headers.get("x-amz-function-error")).to.equal(null);
      expect(Buffer.from(good.headers.get("x-amz-log-result") ?? "", "base64").toString()).to.contain("hello");
      const bad = await post(path, signed("lambda"), `{"bad":true}`);
      expect(bad.status).to.equal(200);
      expect(bad.headers.get("x-amz-function-error")).to.equal("Unhandled");
      expect(JSON.parse(bad.text)).to.include({ errorType: "Error", errorMessage: "bad" });
      expect(await post(path, { ...signed("lambda"), "x-amz-invocation-type": "Event" })).to.include({
        status: 202,
        text: "",
      });
      await bench.journal.whenIdle();
    });

    it("name a function by its ARN, too", async () => {
      const arn = encodeURIComponent("arn:aws:lambda:us-east-1:123456789012:function:f:$LATEST");
      expect(await post(`/2015-03-31/functions/${arn}/invocations`, signed("lambda"))).to.include({ status: 200 });
      const response = await fetch(`${endpoint}/2015-03-31/functions/${arn}?Qualifier=%24LATEST`, {
        headers: signed("lambda"),
      });
      expect(await response.json()).to.have.nested.property("Configuration.FunctionName", "f");
    });

    it("of the query protocol are answered in XML", async () => {
      const form = "Action=AssumeRole&Version=2011-06-15&RoleSessionName=me&RoleArn=" + encodeURIComponent(role);
      const { status, text, headers } = await post("/", signed("sts"), form);
      expect(status).to.equal(200);
      expect(headers.get("content-type")).to.equal("text/xml");
      expect(text).to.match(
        /^<AssumeRoleResponse xmlns="https:\/\/sts.amazonaws.com\/doc\/2011-06-15\/"><AssumeRoleResult>/,
      );
      expect(text).to.match(/<Expiration>\d{4}-\d\d-\d\dT[\d:.]+Z<\/Expiration>/);
      const get = await fetch(`${endpoint}/?Action=GetCallerIdentity&Version=2011-06-15`, { headers: signed("sts") });
      expect(await get.text()).to.contain("<Arn>arn:aws:iam::123456789012:root</Arn>");
      const error = await post("/", signed("sns"), "Action=Publish&Message=x&TopicArn=" + encodeURIComponent("<none>"));
      expect(error.status).to.equal(404);
      expect(error.text).to.contain(
        "<Type>Sender</Type><Code>NotFound</Code><Message>Topic does not exist: &lt;none&gt;.</Message>",
      );
    });

    it("to SQS tell former query clients their error code", async () => {
      const headers = { ...signed("sqs"), "x-amz-target": "AmazonSQS.SendMessage", "x-amzn-query-mode": "true" };
      const QueueUrl = `${endpoint}/123456789012/none`;
      const answer = await post("/", headers, JSON.stringify({ QueueUrl, MessageBody: "x" }));
      expect(answer.headers.get("x-amzn-query-error")).to.equal("AWS.SimpleQueueService.NonExistentQueue;Sender");
      expect(JSON.parse(answer.text)).to.include({ __type: "QueueDoesNotExist" });
    });

    const refused: {
      name: string;
      path?: string;
      headers: Record<string, string>;
      body?: string;
      status: number;
      code: string;
    }[] = [
      {
        name: "unsigned",
        headers: { "x-amz-target": "AWSGlue.GetTable" },
        status: 403,
        code: "MissingAuthenticationTokenException",
      },
      { name: "of another service", headers: signed("dynamodb"), status: 400, code: "UnknownOperationException" },
      {
        name: "for an unknown operation",
        headers: { ...signed("glue"), "x-amz-target": "AWSGlue.CreateCrawler" },
        status: 400,
        code: "UnknownOperationException",
      },
      { name: "without an operation", headers: signed("glue"), status: 400, code: "UnknownOperationException" },
      {
        name: "at an unknown path",
        path: "/2015-03-31/layers",
        headers: signed("lambda"),
        status: 404,
        code: "UnknownOperationException",
      },
      {
        name: "that are no JSON",
        headers: { ...signed("ssm"), "x-amz-target": "AmazonSSM.GetParameter" },
        body: "{",
        status: 400,
        code: "SerializationException",
      },
      {
        name: "with a faulty input",
        headers: { ...signed("ssm"), "x-amz-target": "AmazonSSM.GetParameter" },
        body: `{"Name":1}`,
        status: 400,
        code: "ValidationException",
      },
      {
        name: "that are too large",
        headers: { ...signed("ssm"), "x-amz-target": "AmazonSSM.GetParameter" },
        body: "x".repeat(maximumBody + 1),
        status: 413,
        code: "RequestEntityTooLargeException",
      },
      {
        name: "of a session that this runtime did not begin",
        headers: { ...signed("ssm", "ASIALOCAL00000000000"), "x-amz-target": "AmazonSSM.GetParameter" },
        status: 403,
        code: "UnrecognizedClientException",
      },
    ];
    for (const { name, path = "/", headers, body, status, code } of refused) {
      it(`${name} are refused: ${code}`, async () => {
        const answer = await post(path, headers, body);
        expect(answer.status).to.equal(status);
        expect(answer.headers.get("x-amzn-errortype")).to.equal(code);
        expect(JSON.parse(answer.text)).to.have.property("__type", code);
      });
    }

    it("that fail inside are an InternalFailure", async () => {
      bench.failures = [new TypeError("broken") as unknown as AwsError];
      const answer = await post(
        "/",
        { ...signed("states"), "x-amz-target": "AWSStepFunctions.StartExecution" },
        `{"input":""}`,
      );
      expect(answer.status).to.equal(500);
      expect(JSON.parse(answer.text)).to.include({ __type: "InternalFailure", message: "broken" });
    });
  });

  it("a port that is taken is an error", async () => {
    const port = Number(new URL(endpoint).port);
    const options = { port, callerOf: () => ({ principalArn: "x" }), s3: async () => undefined };
    const error: unknown = await serve(bench.api, options).catch((e: unknown) => e);
    expect(error).to.have.property("code", "EADDRINUSE");
  });

  describe("credentials", () => {
    const header = (authorization: string) => ({ headers: { authorization }, url: "/" });
    const cases: [name: string, request: Parameters<typeof credentialOf>[0], credential: object | undefined][] = [
      ["a header", header(signed("glue").authorization), { accessKeyId: "local", service: "glue" }],
      [
        "an asymmetric signature",
        header("AWS4-ECDSA-P256-SHA256 Credential=k/20241108/s3/aws4_request, Signature=0"),
        { accessKeyId: "k", service: "s3" },
      ],
      [
        "a presigned URL",
        { headers: {}, url: "/b/k?X-Amz-Credential=k%2F20241108%2Fus-east-1%2Fs3%2Faws4_request" },
        { accessKeyId: "k", service: "s3" },
      ],
      ["no signature", { headers: {}, url: "/" }, undefined],
      ["another scheme", header("Basic x"), undefined],
    ];
    for (const [name, request, credential] of cases) {
      it(`in ${name}`, () => expect(credentialOf(request)).to.deep.equal(credential));
    }
  });

  it("JSON has timestamps as seconds and blobs as base64", () => {
    const value = {
      at: new Date(1500),
      blob: Buffer.from("hi"),
      list: [{ at: new Date(0) }],
      none: undefined,
      zero: null,
    };
    expect(toJson(value)).to.equal(`{"at":1.5,"blob":"aGk=","list":[{"at":0}],"zero":null}`);
  });
});
