import { expect } from "chai";
import type { JournalEntry } from "../../local/journal";
import { chapters } from "./chapters";
import { sampleFiles, TestLake } from "./lake";
import { grantsOnEverything, idleReasons, unexplainedGrants, unexplainedPatterns } from "./permission-coverage";

/** What went wrong, in words, while `work` was done. */
async function complaints(lake: TestLake, work: () => Promise<void>): Promise<string[]> {
  const heard: string[] = [];
  const stop = lake.runtime.journal.listen((entry: JournalEntry) => {
    if (entry.kind === "function-failed") heard.push(entry.message);
    if (entry.kind === "state-failed") heard.push(entry.cause);
    if (entry.kind === "execution-ended" && entry.cause) heard.push(entry.cause);
    if (entry.kind === "event-dropped") heard.push(entry.reason);
  });
  try {
    await work();
  } finally {
    stop();
  }
  return heard;
}

describe("permissions", () => {
  let lake: TestLake;
  /** What roles use when they are deployed, and no chapter does: CloudTrail tries a trail's role (tests/local/resources/cloudtrail.test.ts). */
  const atDeployment = new Set<string>();
  /** The first chapter in which a role uses an action, by both. */
  const firstUse = new Map<string, number>();

  before(async function () {
    lake = await TestLake.open();
    for (const { holder, action } of lake.runtime.authorizer.usage()) atDeployment.add(`${holder} ${action}`);
    for (const [index, chapter] of chapters.entries()) {
      await chapter.play(lake, 0);
      for (const { holder, action } of lake.runtime.authorizer.usage()) {
        const pair = `${holder} ${action}`;
        if (!firstUse.has(pair) && !atDeployment.has(pair)) firstUse.set(pair, index);
      }
    }
  });
  after(() => lake.close());

  it("are those of the trail, where a deployment uses them", () => {
    const ofRoles = [...atDeployment].filter((pair) => !pair.startsWith("arn:") && !pair.endsWith("sts:AssumeRole"));
    expect(ofRoles).to.deep.equal([
      "emissions-dev-trail logs:CreateLogStream",
      "emissions-dev-trail logs:PutLogEvents",
    ]);
  });

  it("are all used, or a reason is written down", () => {
    expect(unexplainedGrants(lake.runtime.authorizer)).to.deep.equal([]);
  });

  it("are on exact resources, or a reason is written down; none is on everything that could be narrower", () => {
    expect(unexplainedPatterns(lake.runtime.authorizer)).to.deep.equal([]);
    expect(grantsOnEverything(lake.runtime.authorizer)).to.deep.equal(["DeliverLogs", "Trace"]);
  });

  it("have no reason that nothing needs", () => {
    expect(idleReasons(lake.runtime.authorizer)).to.deep.equal([]);
  });

  // IAM documentation, "Troubleshoot IAM": changes are not always immediately visible.
  it("that are seen a moment after the first run began fail no run", async () => {
    const late = [
      ["emissions-dev-state_emission_daily-land", "s3:PutObject"],
      ["emissions-dev-state_emission_daily-states", "lambda:InvokeFunction"],
      ["emissions-dev-state_emission_daily-states", "athena:StartQueryExecution"],
      ["emissions-dev-state_emission_daily-states", "glue:GetTable"],
    ];
    const restore = late.map(([holder, action]) => ({
      action,
      restore: lake.runtime.authorizer.withoutAction(holder, action),
      missed: false,
    }));
    const stop = lake.runtime.journal.listen((entry) => {
      if (entry.kind !== "state-failed") return;
      for (const each of restore) {
        if (!entry.cause.includes(`not authorized to perform: ${each.action}`)) continue;
        each.missed = true;
        each.restore();
      }
    });
    const files = await sampleFiles();
    const runs = await lake.land("2031-01-01", files.oh, files.in);
    stop();
    restore.forEach((each) => each.restore());
    expect(restore.filter(({ missed }) => !missed)).to.deep.equal([]);
    expect(runs.map(({ pipeline, status, error }) => [pipeline, status, error])).to.deep.equal([
      ["state_emission_daily", "SUCCEEDED", undefined],
      ["state_emission_monthly", "SUCCEEDED", undefined],
    ]);
  });

  describe("that are taken away are missed, by name", () => {
    /** Each action of each role in the slow suite; a few of each kind of caller otherwise. */
    const few = [
      "emissions-dev-state_emission_daily-trigger states:StartExecution",
      "emissions-dev-state_emission_daily-land s3:PutObject",
      "emissions-dev-state_emission_daily-states glue:GetPartitions",
      "emissions-dev-state_emission_monthly-schedule lambda:InvokeFunction",
    ];

    it("one after the other", async function () {
      const everything = process.env.TRIBUTARY_SLOW === "1";
      // What a trust policy allows is nothing that the role itself may do.
      const uses = [...firstUse].filter(([pair]) => !pair.startsWith("arn:") && !pair.endsWith("sts:AssumeRole"));
      const pairs = everything ? uses : uses.filter(([pair]) => few.includes(pair));
      expect(pairs).to.have.length.of.at.least(few.length);
      this.timeout(pairs.length * 60_000);
      const notMissed: string[] = [];
      for (const [index, [pair, chapter]] of pairs.entries()) {
        const [holder, action] = pair.split(" ");
        const restore = lake.runtime.authorizer.withoutAction(holder, action);
        const heard = await complaints(lake, () => chapters[chapter].play(lake, 1 + index));
        restore();
        if (heard.some((words) => words.includes(`not authorized to perform: ${action}`))) continue;
        notMissed.push(`${pair} (${chapters[chapter].name}): ${heard.join(" | ").slice(0, 2000)}`);
      }
      expect(notMissed).to.deep.equal([]);
      if (everything) console.log(`      ${pairs.length} permissions taken away, each missed`);
    });
  });
});

describe("a stage that may be removed", () => {
  let lake: TestLake;
  before(async () => {
    lake = await TestLake.open();
    const files = await sampleFiles();
    await lake.land("2024-11-08", files.oh, files.in);
  });
  after(() => lake.close());

  it("leaves nothing when it is destroyed", async () => {
    const { services, authorizer } = lake.runtime;
    expect(services.s3.list()).to.have.length(6);
    await lake.runtime.destroy();
    expect(services.s3.list()).to.deep.equal([]);
    expect(services.catalog.getDatabases()).to.deep.equal([]);
    expect(services.functions.list()).to.deep.equal([]);
    expect(services.machines.list()).to.deep.equal([]);
    expect(services.schedules.list()).to.deep.equal([]);
    expect(authorizer.unused()).to.deep.equal([]);
  });
});
