import { expect } from "chai";
import { readDashboard } from "../../local/cloudwatch/dashboard";
import { queueUrl } from "../../local/messaging/queue-url";
import { sampleFiles, TestLake } from "./lake";

/** What the lake's alarms tell whoever listens. */
describe("alarms of a lake", () => {
  let lake: TestLake;
  /** How far the runtime's clock is ahead, milliseconds. */
  let ahead = 0;
  const ear = "ear";
  before(async () => {
    lake = await TestLake.open("dev", { now: () => new Date(Date.now() + ahead) });
    const { queues, topics } = lake.runtime.services;
    const { authorizer } = lake.runtime;
    const [topic] = topics.list();
    queues.putQueue({ name: ear });
    const Statement = { Effect: "Allow", Principal: { Service: "sns.amazonaws.com" }, Action: "sqs:*", Resource: "*" };
    authorizer.putResourcePolicy(queues.arnOf(ear), { Version: "2012-10-17", Statement });
    topics.putSubscription({ topicArn: topic, protocol: "sqs", endpoint: queues.arnOf(ear), rawMessageDelivery: true });
  });
  after(() => lake.close());

  /** The alarms that were heard of since the last time, once all metrics of now are a minute old. */
  const heard = async (): Promise<string[]> => {
    const { alarms, queues } = lake.runtime.services;
    ahead += 60_000;
    await alarms.evaluate();
    await lake.runtime.whenIdle();
    const messages = queues.get(ear).messages.map(({ body }) => JSON.parse(body) as { AlarmName: string });
    queues.purge(ear);
    return messages.map(({ AlarmName }) => AlarmName).sort();
  };

  it("say nothing while all is well", async () => {
    const files = await sampleFiles();
    await lake.land("2024-11-08", files.oh, files.in);
    expect(await heard()).to.deep.equal([]);
    const states = lake.runtime.services.alarms.list().map(({ state }) => state);
    expect([...new Set(states)]).to.deep.equal(["OK"]);
  });

  it("tell of a failed run", async () => {
    const files = await sampleFiles();
    const runs = await lake.land("2024-11-09", { path: __filename, name: "epacems-1996-OH.parquet" }, files.in);
    expect(runs.map(({ status }) => status)).to.deep.equal(["FAILED"]);
    expect(await heard()).to.deep.equal(["emissions-dev-state_emission_daily-ExecutionsFailed"]);
  });

  it("tell of a rejected control file", async () => {
    await lake.announce("2024-02-30");
    expect(await heard()).to.deep.equal(["emissions-dev-state_emission_daily-rejections"]);
    await lake.announce("2024-11-08", "nobody");
    expect(await heard()).to.deep.equal(["emissions-dev-emissions-unknown-rejections"]);
  });

  it("tell of a date that is late", async () => {
    // The functions' clock is the machine's: from midnight on, today is late.
    await lake.redefine("state_emission_daily", { lateAfterHour: 0 });
    const { schedules } = lake.runtime.services;
    schedules.fire("emissions-dev-state_emission_daily-hourly");
    await lake.runtime.whenIdle();
    expect(await heard()).to.deep.equal(["emissions-dev-state_emission_daily-watcher-late"]);
  });

  it("tell of events that could not be handled", async () => {
    const [dead] = lake.runtime.services.queues.names().filter((name) => name !== ear);
    const QueueUrl = queueUrl(lake.runtime.services.queues.arnOf(dead));
    await lake.runtime.api.call("sqs", "SendMessage", { QueueUrl, MessageBody: "{}" }, lake.runtime.owner);
    expect(await heard()).to.deep.equal(["emissions-dev-dead-letters"]);
  });

  // CloudWatch documentation, "CloudWatch search expression syntax".
  it("stand beside a dashboard whose every graph finds its metrics", async () => {
    const deployed = lake.runtime.deployed?.resources.find(({ type }) => type === "aws:cloudwatch/dashboard:Dashboard");
    const graphs = readDashboard(String(deployed?.inputs.dashboardBody));
    expect(graphs).to.have.length(6);
    const [StartTime, EndTime] = [new Date(0), new Date(Date.now() + ahead + 1)];
    for (const { title, period, searches } of graphs) {
      // Nothing ran out of time here.
      for (const Expression of searches.filter((search) => !search.includes("ExecutionsTimedOut"))) {
        const query = { StartTime, EndTime, MetricDataQueries: [{ Id: "e0", Expression, Period: period }] };
        const answer = await lake.runtime.api.call("monitoring", "GetMetricData", query, lake.runtime.owner);
        const { MetricDataResults } = answer as { MetricDataResults: { Label: string; Values: number[] }[] };
        expect(
          MetricDataResults.flatMap(({ Values }) => Values),
          `${title}: ${Expression}`,
        ).to.not.deep.equal([]);
        for (const { Label } of MetricDataResults) expect(Label, title).to.include("emissions-dev");
      }
    }
  });

  it("are quiet again when it is over", async () => {
    const { alarms, queues } = lake.runtime.services;
    for (const name of queues.names()) queues.purge(name);
    // Two hours are looked at, and two more in case that something is missing.
    ahead += 4 * 3_600_000;
    await alarms.evaluate();
    expect(alarms.list().filter(({ state }) => state !== "OK")).to.deep.equal([]);
  });
});
