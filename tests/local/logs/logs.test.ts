/**
 * CloudWatch Logs. API reference: "DescribeLogGroups", "DescribeLogStreams", "GetLogEvents", "FilterLogEvents".
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { Api, AwsError, type Permission } from "../../../local/api";
import { FunctionLogs, type LogEvent, logStreamName } from "../../../local/logs/function-logs";
import { logsOperations } from "../../../local/logs/operations";
import { FaultWorld, place } from "../faults/world";

const at = (second: number) => Date.UTC(2024, 0, 31, 12, 0, second);
const first = "2024/01/31/[$LATEST]aa";
const second = "2024/01/31/[$LATEST]bb";
const land = "/aws/lambda/land";

describe("CloudWatch Logs", () => {
  const asked: Permission[] = [];
  const heard: [string, readonly LogEvent[]][] = [];
  let folder: string;
  let api: Api;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "logs-"));
    const logs = new FunctionLogs(folder, (group, events) => heard.push([group, events]));
    logs.append("land", first, [
      { time: at(1), message: "START RequestId: 1" },
      { time: at(3), message: `{"level":"ERROR","took":12}` },
    ]);
    logs.append("land", second, [
      { time: at(2), message: "plain ERROR" },
      { time: at(3), message: `{"level":"INFO","took":99}` },
    ]);
    logs.append("land", first, [{ time: at(4), message: "END RequestId: 1" }]);
    logs.append("publish", first, [{ time: at(1), message: "other" }]);
    api = new Api((_caller, permission) => void asked.push(permission));
    api.register("logs", logsOperations(logs, place));
  });
  after(() => rmSync(folder, { recursive: true }));

  const owner = { principalArn: `arn:aws:iam::${place.account}:root` };
  const call = async (operation: string, input: object) =>
    (await api.call("logs", operation, input, owner)) as Record<string, unknown>;
  const filter = async (input: object) => {
    const { events, nextToken } = await call("FilterLogEvents", { logGroupName: land, ...input });
    return { messages: (events as { message: string }[]).map(({ message }) => message.slice(0, 16)), nextToken };
  };

  it("has a group for each function and a stream for each process", async () => {
    const { logGroups } = (await call("DescribeLogGroups", { logGroupNamePrefix: "/aws/lambda/l" })) as {
      logGroups: object[];
    };
    expect(logGroups).to.have.length(1);
    expect(logGroups[0]).to.include({
      logGroupName: land,
      logGroupArn: "arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/land",
      creationTime: at(1),
    });
    const { logStreams } = (await call("DescribeLogStreams", {
      logGroupName: land,
      orderBy: "LastEventTime",
      descending: true,
    })) as { logStreams: { logStreamName: string; firstEventTimestamp: number; lastEventTimestamp: number }[] };
    expect(
      logStreams.map((stream) => [stream.logStreamName, stream.firstEventTimestamp, stream.lastEventTimestamp]),
    ).to.deep.equal([
      [first, at(1), at(4)],
      [second, at(2), at(3)],
    ]);
  });

  it("names a stream as Lambda does", () => {
    expect(logStreamName(new Date(at(0)), "0b4d9a3e-9d0c")).to.equal("2024/01/31/[$LATEST]0b4d9a3e9d0c");
  });

  describe("FilterLogEvents", () => {
    const all = ["START RequestId:", "plain ERROR", `{"level":"ERROR"`, `{"level":"INFO",`, "END RequestId: 1"];
    const cases: [string, object, string[]][] = [
      ["everything, by time", {}, all],
      ["from a time, inclusive", { startTime: at(3) }, all.slice(2)],
      ["to a time, inclusive", { endTime: at(2) }, all.slice(0, 2)],
      ["a stream", { logStreamNames: [second] }, [all[1], all[3]]],
      ["streams by prefix", { logStreamNamePrefix: "2024/01/31/[$LATEST]a" }, [all[0], all[2], all[4]]],
      ["a term", { filterPattern: "ERROR" }, [all[1], all[2]]],
      ["a field", { filterPattern: "{ $.took > 50 }" }, [all[3]]],
      ["a group by ARN", { logGroupName: undefined, logGroupIdentifier: `arn:aws:logs:::log-group:${land}:*` }, all],
    ];
    for (const [title, input, messages] of cases) {
      it(`finds ${title}`, async () => expect((await filter(input)).messages).to.deep.equal(messages));
    }

    it("gives pages", async () => {
      const one = await filter({ limit: 3 });
      const two = await filter({ limit: 3, nextToken: one.nextToken });
      expect([...one.messages, ...two.messages]).to.deep.equal(all);
      expect(two.nextToken).to.equal(undefined);
    });
  });

  describe("GetLogEvents", () => {
    const get = async (input: object) => {
      const output = await call("GetLogEvents", { logGroupName: land, logStreamName: first, ...input });
      const { events, nextForwardToken, nextBackwardToken } = output as {
        events: { timestamp: number }[];
        nextForwardToken: string;
        nextBackwardToken: string;
      };
      const seconds = events.map(({ timestamp }) => (timestamp - at(0)) / 1000);
      return { seconds, nextForwardToken, nextBackwardToken };
    };

    it("reads forwards until the token stays the same", async () => {
      const one = await get({ startFromHead: true, limit: 2 });
      const two = await get({ nextToken: one.nextForwardToken, limit: 2 });
      const three = await get({ nextToken: two.nextForwardToken, limit: 2 });
      expect([one.seconds, two.seconds, three.seconds]).to.deep.equal([[1, 3], [4], []]);
      expect(three.nextForwardToken).to.equal(two.nextForwardToken);
    });

    it("begins with the latest, and leaves out the end of the time range", async () => {
      const one = await get({ limit: 2 });
      expect(one.seconds).to.deep.equal([3, 4]);
      expect((await get({ nextToken: one.nextBackwardToken, limit: 2 })).seconds).to.deep.equal([1]);
      expect((await get({ startTime: at(3), endTime: at(4) })).seconds).to.deep.equal([3]);
    });
  });

  for (const [operation, input, code] of [
    ["FilterLogEvents", { logGroupName: "/aws/lambda/none" }, "ResourceNotFoundException"],
    ["FilterLogEvents", { logGroupName: "/aws/glue/land" }, "ResourceNotFoundException"],
    ["FilterLogEvents", { logGroupName: land, logStreamNames: ["none"] }, "ResourceNotFoundException"],
    ["FilterLogEvents", { logGroupName: land, filterPattern: "{ x" }, "InvalidParameterException"],
    ["FilterLogEvents", { logGroupName: land, nextToken: "x" }, "InvalidParameterException"],
    ["FilterLogEvents", {}, "InvalidParameterException"],
    ["FilterLogEvents", { logGroupName: land, limit: 10_001 }, "InvalidParameterException"],
    ["GetLogEvents", { logGroupName: land, logStreamName: "../x" }, "ResourceNotFoundException"],
    ["DescribeLogStreams", { logGroupName: "/aws/lambda/.." }, "ResourceNotFoundException"],
  ] as [string, object, string][]) {
    it(`${operation} of ${JSON.stringify(input)} is ${code}`, async () => {
      const error = await call(operation, input).catch((thrown: unknown) => thrown);
      expect(error).to.be.instanceOf(AwsError).with.property("code", code);
    });
  }

  it("asks for permissions on the stream", async () => {
    asked.length = 0;
    await call("GetLogEvents", { logGroupName: land, logStreamName: first });
    expect(asked).to.deep.equal([
      {
        action: "logs:GetLogEvents",
        resource: `arn:aws:logs:us-east-1:123456789012:log-group:${land}:log-stream:${first}`,
      },
    ]);
  });

  it("tells metric filters of new events", () => {
    expect(heard.map(([group, events]) => [group, events.length])).to.deep.equal([
      [land, 2],
      [land, 2],
      [land, 1],
      ["/aws/lambda/publish", 1],
    ]);
  });

  it("holds what functions write, over the wire", async () => {
    const handler =
      () =>
      (_event: unknown, { log }: { log: (text: string) => void }) => {
        log(`{"level":"WARN","date":"2024-`);
        log(`01-31"}\nno end`);
      };
    const world = await FaultWorld.open({ handler });
    try {
      await world.put("in/a");
      await world.runtime.whenIdle();
      const response = await fetch(world.runtime.endpoint, {
        method: "POST",
        headers: {
          "content-type": "application/x-amz-json-1.1",
          "x-amz-target": "Logs_20140328.FilterLogEvents",
          authorization:
            "AWS4-HMAC-SHA256 Credential=local/20240101/us-east-1/logs/aws4_request, SignedHeaders=, Signature=0",
        },
        body: JSON.stringify({ logGroupName: "/aws/lambda/copy" }),
      });
      const { events } = (await response.json()) as { events: { message: string; timestamp: number }[] };
      expect(events.map(({ message }) => message.split(" ")[0])).to.deep.equal([
        "START",
        `{"level":"WARN","date":"2024-01-31"}`,
        "no",
        "END",
        "REPORT",
      ]);
      expect(events[0].timestamp).to.be.closeTo(Date.now(), 60_000);
    } finally {
      await world.close();
    }
  });
});
