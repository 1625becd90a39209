import { Readable } from "node:stream";
import { expect } from "chai";
import { AwsError } from "../../../local/api";
import type { Definition } from "./run";
import { closeRuntimes, machineArn, one, openFolder, Runtime } from "./world";

/** A result without what differs from call to call. */
function withoutMetadata(result: unknown): unknown {
  if (typeof result !== "object" || result === null || Array.isArray(result)) return result;
  const { SdkHttpMetadata: _headers, SdkResponseMetadata: _id, ...rest } = result as Record<string, unknown>;
  return rest;
}

// Developer guide: connect-lambda, connect-athena, supported-services-awssdk, connect-stepfunctions, connect-eventbridge.
describe("Integrations of state machines", () => {
  let folder: string;
  beforeEach(() => (folder = openFolder()));
  afterEach(() => closeRuntimes(folder));

  const reply = (value: unknown, more: object = {}) => ({
    StatusCode: 200,
    ExecutedVersion: "$LATEST",
    Payload: Buffer.from(JSON.stringify(value)),
    ...more,
  });
  const denied = () => {
    throw new AwsError("AccessDeniedException", "User: arn is not authorized to perform: x", 403);
  };
  const refused =
    (code: string, status = 400) =>
    () => {
      throw new AwsError(code, "no", status);
    };
  const lambda = "arn:aws:states:::lambda:invoke";
  const cases: readonly {
    title: string;
    state: Definition;
    stubs: ConstructorParameters<typeof Runtime>[1];
    input?: unknown;
    output?: unknown;
    error?: string;
    cause?: RegExp;
  }[] = [
    {
      title: "lambda:invoke gives the response with the payload as JSON",
      state: { Resource: lambda, Arguments: { FunctionName: "f", Payload: "{% $states.input %}" } },
      stubs: {
        lambda: {
          Invoke: ({ Payload, FunctionName }) => reply({ FunctionName, got: JSON.parse(Payload as string) as unknown }),
        },
      },
      input: { a: 1 },
      output: { StatusCode: 200, ExecutedVersion: "$LATEST", Payload: { FunctionName: "f", got: { a: 1 } } },
    },
    {
      title: "a function that returns nothing",
      state: { Resource: lambda, Arguments: { FunctionName: "f" } },
      stubs: { lambda: { Invoke: () => reply(null) } },
      output: { StatusCode: 200, ExecutedVersion: "$LATEST", Payload: null },
    },
    {
      title: "a function's ARN gives the payload alone",
      state: { Resource: "arn:aws:lambda:us-east-1:123456789012:function:f" },
      stubs: { lambda: { Invoke: ({ Payload }) => reply([Payload]) } },
      input: 5,
      output: ["5"],
    },
    {
      title: "a function's error",
      state: { Resource: lambda, Arguments: { FunctionName: "f" } },
      stubs: {
        lambda: { Invoke: () => reply({ errorType: "Oops", errorMessage: "m" }, { FunctionError: "Unhandled" }) },
      },
      error: "Oops",
      cause: /^{"errorType":"Oops","errorMessage":"m"}$/,
    },
    {
      title: "a function's error without a type",
      state: { Resource: lambda, Arguments: { FunctionName: "f" } },
      stubs: { lambda: { Invoke: () => reply({ errorMessage: "Task timed out" }, { FunctionError: "Unhandled" }) } },
      error: "Lambda.Unknown",
      cause: /did not return an error type.*Task timed out/,
    },
    {
      title: "no such function",
      state: { Resource: lambda, Arguments: { FunctionName: "f" } },
      stubs: { lambda: { Invoke: refused("ResourceNotFoundException", 404) } },
      error: "Lambda.ResourceNotFoundException",
      cause: /^no \(Service: AWSLambda; Status Code: 404; Error Code: ResourceNotFoundException;/,
    },
    {
      title: "no permission to invoke",
      state: { Resource: lambda, Arguments: { FunctionName: "f" } },
      stubs: { lambda: { Invoke: denied } },
      error: "Lambda.AWSLambdaException",
      cause: /not authorized/,
    },
    {
      title: "no permission to start a query",
      state: { Resource: "arn:aws:states:::athena:startQueryExecution.sync", Arguments: {} },
      stubs: { athena: { StartQueryExecution: denied } },
      error: "Athena.AmazonAthenaException",
    },
    {
      title: "a query that Athena refuses",
      state: { Resource: "arn:aws:states:::athena:startQueryExecution.sync", Arguments: {} },
      stubs: { athena: { StartQueryExecution: refused("InvalidRequestException") } },
      error: "Athena.InvalidRequestException",
    },
    {
      title: "a query that is only started",
      state: { Resource: "arn:aws:states:::athena:startQueryExecution", Arguments: { QueryString: "q" } },
      stubs: { athena: { StartQueryExecution: ({ QueryString }) => ({ QueryExecutionId: QueryString }) } },
      output: { QueryExecutionId: "q" },
    },
    {
      title: "aws-sdk: times as texts, no undefined members",
      state: { Resource: "arn:aws:states:::aws-sdk:glue:getTable", Arguments: { DatabaseName: "d" } },
      stubs: {
        glue: {
          GetTable: ({ DatabaseName }) => ({
            Table: {
              DatabaseName,
              CreateTime: new Date("2024-01-02T03:04:05.600Z"),
              UpdateTime: new Date("2024-01-02T03:04:05Z"),
              Owner: undefined,
            },
          }),
        },
      },
      output: {
        Table: { DatabaseName: "d", CreateTime: "2024-01-02T03:04:05.600Z", UpdateTime: "2024-01-02T03:04:05Z" },
      },
    },
    {
      title: "aws-sdk: an error of the service",
      state: { Resource: "arn:aws:states:::aws-sdk:glue:getTable", Arguments: {} },
      stubs: { glue: { GetTable: refused("EntityNotFoundException") } },
      error: "Glue.EntityNotFoundException",
      cause: /^no \(Service: Glue, Status Code: 400, Request ID: /,
    },
    {
      title: "aws-sdk: Glue lists AccessDeniedException",
      state: { Resource: "arn:aws:states:::aws-sdk:glue:getTable", Arguments: {} },
      stubs: { glue: { GetTable: denied } },
      error: "Glue.AccessDeniedException",
    },
    {
      title: "aws-sdk: S3 errors get a suffix",
      state: { Resource: "arn:aws:states:::aws-sdk:s3:getObject", Arguments: {} },
      stubs: { s3: { GetObject: refused("NoSuchKey", 404) } },
      error: "S3.NoSuchKeyException",
      cause: /Service: S3, Status Code: 404/,
    },
    {
      title: "aws-sdk: a HEAD of a missing object",
      state: { Resource: "arn:aws:states:::aws-sdk:s3:headObject", Arguments: {} },
      stubs: { s3: { HeadObject: refused("NotFound", 404) } },
      error: "S3.NoSuchKeyException",
    },
    {
      title: "aws-sdk: S3 errors that its model does not list",
      state: { Resource: "arn:aws:states:::aws-sdk:s3:putObject", Arguments: {} },
      stubs: { s3: { PutObject: refused("PreconditionFailed", 412) } },
      error: "S3.S3Exception",
      cause: /Status Code: 412/,
    },
    {
      title: "aws-sdk: an object's body is text",
      state: { Resource: "arn:aws:states:::aws-sdk:s3:getObject", Arguments: { Bucket: "b" } },
      stubs: {
        s3: { GetObject: () => ({ Body: Readable.from([Buffer.from("he"), Buffer.from("llo")]), ContentLength: 5 }) },
      },
      output: { Body: "hello", ContentLength: 5 },
    },
    {
      title: "aws-sdk: a body that is too large",
      state: { Resource: "arn:aws:states:::aws-sdk:s3:getObject", Arguments: { Bucket: "b" } },
      stubs: { s3: { GetObject: () => ({ Body: Readable.from([Buffer.alloc(300_000)]) }) } },
      error: "States.DataLimitExceeded",
    },
    {
      title: "aws-sdk: a body of JSON is written as text",
      state: { Resource: "arn:aws:states:::aws-sdk:s3:putObject", Arguments: { Body: { a: 1 } } },
      stubs: { s3: { PutObject: ({ Body }) => ({ ETag: Body }) } },
      output: { ETag: '{"a":1}' },
    },
    {
      title: "aws-sdk: a text as an object's body keeps its quotes (recorded)",
      state: { Resource: "arn:aws:states:::aws-sdk:s3:putObject", Arguments: { Body: "text data" } },
      stubs: { s3: { PutObject: ({ Body, ContentType }) => ({ Body, ContentType }) } },
      output: { Body: '"text data"', ContentType: "text/plain; charset=UTF-8" },
    },
    {
      title: "events:putEvents with a JSON detail",
      state: {
        Resource: "arn:aws:states:::events:putEvents",
        Arguments: {
          Entries: [
            { Source: "s", Detail: { a: 1 } },
            { Source: "s", Resources: ["r"] },
          ],
        },
      },
      stubs: {
        events: {
          PutEvents: ({ Entries }) => {
            const [first, second] = Entries as { Resources: string[] }[];
            // The machine and the execution are added (developer guide, connect-eventbridge).
            const added = second?.Resources.slice(1).map((arn) => arn.split(":").slice(0, 7).join(":"));
            return { FailedEntryCount: 0, Entries: [{ ...first, Resources: first?.Resources.length }, added] };
          },
        },
      },
      output: {
        FailedEntryCount: 0,
        Entries: [
          { Source: "s", Detail: '{"a":1}', Resources: 2 },
          [machineArn("m"), "arn:aws:states:us-east-1:123456789012:execution:m"],
        ],
      },
    },
    {
      title: "events:putEvents with a failed entry",
      state: { Resource: "arn:aws:states:::events:putEvents", Arguments: { Entries: [] } },
      stubs: { events: { PutEvents: () => ({ FailedEntryCount: 1, Entries: [{ ErrorCode: "E" }] }) } },
      error: "EventBridge.FailedEntry",
      cause: /"ErrorCode":"E"/,
    },
    {
      title: "sqs:sendMessage",
      state: { Resource: "arn:aws:states:::sqs:sendMessage", Arguments: { QueueUrl: "q", MessageBody: { a: 1 } } },
      stubs: { sqs: { SendMessage: ({ MessageBody }) => ({ MessageId: MessageBody }) } },
      output: { MessageId: '{"a":1}' },
    },
    {
      title: "sns:publish",
      state: { Resource: "arn:aws:states:::sns:publish", Arguments: { TopicArn: "t", Message: "m" } },
      stubs: { sns: { Publish: refused("NotFoundException", 404) } },
      error: "SNS.NotFoundException",
    },
    {
      title: "an operation that the runtime does not have",
      state: { Resource: "arn:aws:states:::aws-sdk:ssm:getParameter", Arguments: {} },
      stubs: {},
      error: "Ssm.SsmException",
      cause: /no operation GetParameter in ssm/,
    },
  ];
  for (const { title, state, stubs, input, output, error, cause } of cases) {
    it(title, async () => {
      const runtime = new Runtime(folder, stubs);
      runtime.put("m", one(state));
      const ended = await runtime.execute("m", input);
      if (error === undefined) {
        expect(ended.cause).to.equal(undefined);
        expect(withoutMetadata(JSON.parse(ended.output ?? ""))).to.deep.equal(output);
      } else {
        expect(ended).to.include({ status: "FAILED", error });
        if (cause) expect(ended.cause).to.match(cause);
      }
    });
  }

  it("stops the query of a Task whose time is up", async () => {
    const stopped: unknown[] = [];
    const runtime = new Runtime(folder, {
      athena: {
        StartQueryExecution: () => ({ QueryExecutionId: "q" }),
        GetQueryExecution: () => ({ QueryExecution: { Status: { State: "RUNNING" } } }),
        StopQueryExecution: (input) => stopped.push(input),
      },
    });
    runtime.put(
      "m",
      one({ Resource: "arn:aws:states:::athena:startQueryExecution.sync", Arguments: {}, TimeoutSeconds: 1 }),
    );
    expect(await runtime.execute("m")).to.include({ status: "FAILED", error: "States.Timeout" });
    expect(stopped).to.deep.equal([{ QueryExecutionId: "q" }]);
  });

  // Recorded: LocalStack's snapshots of Lambda, SQS, SNS and Step Functions tasks, and of EventBridge's without.
  it("optimized integrations add the answer's headers and id, except EventBridge's", async () => {
    const runtime = new Runtime(folder, {
      sqs: { SendMessage: () => ({ MessageId: "1" }) },
      events: { PutEvents: () => ({ FailedEntryCount: 0 }) },
    });
    runtime.put("m", one({ Resource: "arn:aws:states:::sqs:sendMessage", Arguments: { MessageBody: "m" } }));
    const result = JSON.parse((await runtime.execute("m")).output ?? "{}") as Record<string, Record<string, unknown>>;
    const headers = result.SdkHttpMetadata?.HttpHeaders as Record<string, string>;
    expect(headers).to.include({ connection: "keep-alive", "Content-Type": "application/x-amz-json-1.0" });
    expect(result.SdkHttpMetadata).to.deep.include({
      HttpStatusCode: 200,
      AllHttpHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
    });
    expect(result.SdkResponseMetadata).to.deep.equal({ RequestId: headers["x-amzn-RequestId"] });
    runtime.put("n", one({ Resource: "arn:aws:states:::events:putEvents", Arguments: { Entries: [] } }));
    expect(JSON.parse((await runtime.execute("n")).output ?? "{}")).to.deep.equal({ FailedEntryCount: 0 });
  });
});
