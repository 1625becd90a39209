import { gzipSync } from "node:zlib";
import { expect } from "chai";
import { graphOf, place } from "../resources/declared";
import { AlarmWorld, watched } from "./alarm-world";

describe("the local CloudWatch", () => {
  let world: AlarmWorld;
  beforeEach(async () => {
    world = await AlarmWorld.open();
  });
  afterEach(() => world.close());

  describe("speaks", () => {
    const headers = (service = "monitoring") => ({
      authorization: `AWS4-HMAC-SHA256 Credential=local/20240101/${place.region}/${service}/aws4_request, SignedHeaders=host, Signature=0`,
    });
    const datum = { MetricName: "errors", Value: 1.5, Timestamp: new Date("2024-01-01T10:00:00Z") };
    const stored = () =>
      world.runtime.services.metrics
        .points({ namespace: "Own", name: "errors", dimensions: {} }, 0, Infinity)
        .map(({ time, sum }) => [time, sum]);
    const expected = [[datum.Timestamp.getTime(), 1.5]];
    beforeEach(() => world.runtime.deploy(graphOf(...watched())));

    // What boto3 and @aws-sdk/client-cloudwatch of today send, compressed when it is large; older ones send the query protocol.
    it("AWS JSON 1.0, compressed or not", async () => {
      const json = (operation: string, body: object, packed = false) =>
        fetch(world.runtime.endpoint, {
          method: "POST",
          headers: {
            ...headers(),
            "content-type": "application/x-amz-json-1.0",
            "x-amz-target": `GraniteServiceVersion20100801.${operation}`,
            "x-amzn-query-mode": "true",
            ...(packed && { "content-encoding": "gzip" }),
          },
          body: packed ? new Uint8Array(gzipSync(JSON.stringify(body))) : JSON.stringify(body),
        });
      const wired = { Namespace: "Own", MetricData: [{ ...datum, Timestamp: datum.Timestamp.getTime() / 1000 }] };
      const answer = await json("PutMetricData", wired, true);
      expect([answer.status, stored()]).to.deep.equal([200, expected]);
      const failed = await json("GetMetricStatistics", { Namespace: "Own" });
      expect(failed.headers.get("x-amzn-query-error")).to.equal("InvalidParameterValue;Sender");
    });

    it("the query protocol", async () => {
      const query = (form: Record<string, string>) =>
        fetch(world.runtime.endpoint, { method: "POST", headers: headers(), body: new URLSearchParams(form) });
      const answer = await query({
        Action: "PutMetricData",
        Version: "2010-08-01",
        Namespace: "Own",
        "MetricData.member.1.MetricName": "errors",
        "MetricData.member.1.Value": "1.5",
        "MetricData.member.1.Timestamp": "2024-01-01T10:00:00Z",
      });
      expect([answer.status, stored()]).to.deep.equal([200, expected]);
      const described = await (await query({ Action: "DescribeAlarms", Version: "2010-08-01" })).text();
      expect(described).to.contain("<MetricAlarms><member><AlarmName>errors</AlarmName>");
      const failed = await (await query({ Action: "GetMetricStatistics", Version: "2010-08-01" })).text();
      expect(failed).to.contain("<Code>InvalidParameterValue</Code>");
    });
  });
});
