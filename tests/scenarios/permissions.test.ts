import { expect } from "chai";
import type { JournalEntry } from "../../local/journal";
import type { Run } from "../../cli/runs/run-records";
import { chapters } from "./chapters";
import { sampleFiles, TestLake } from "./lake";
import {
  grantsOnEverything,
  idleReasons,
  reasonsOfOtherLakes,
  unexplainedGrants,
  unexplainedPatterns,
} from "./permission-coverage";

/** What went wrong, in words. */
function complaint(entry: JournalEntry): string | undefined {
  if (entry.kind === "function-failed") return entry.message;
  if (entry.kind === "state-failed") return entry.cause;
  if (entry.kind === "execution-ended") return entry.cause;
  if (entry.kind === "event-dropped") return entry.reason;
  return undefined;
}

/** An action of a role, as `<role> <action>`. */
type Pair = string;

/**
 * Takes actions away, all at once, and gives each back when something fails for want of it and says so: with the role and
 * the action. Answers those that nobody missed while `work` was done, and gives them back too.
 */
async function withoutPairs(lake: TestLake, pairs: readonly Pair[], work: () => Promise<void>): Promise<Pair[]> {
  const away = new Map(
    pairs.map((pair) => {
      const [role, action] = pair.split(" ");
      return [pair, { role, action, restore: lake.runtime.authorizer.withoutAction(role, action) }];
    }),
  );
  const stop = lake.runtime.journal.listen((entry) => {
    const words = complaint(entry) ?? "";
    for (const [pair, { role, action, restore }] of away) {
      if (!words.includes(`assumed-role/${role}/`) || !words.includes(`not authorized to perform: ${action} `))
        continue;
      restore();
      away.delete(pair);
    }
  });
  try {
    await work();
  } finally {
    stop();
    for (const { restore } of away.values()) restore();
  }
  return [...away.keys()];
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
    expect(idleReasons(lake.runtime.authorizer)).to.deep.equal(reasonsOfOtherLakes);
  });

  // IAM documentation, "Troubleshoot IAM": changes are not always immediately visible.
  it("that are seen a moment after the first run began fail no run", async () => {
    const late = [
      "emissions-dev-state_emission_daily-land s3:PutObject",
      "emissions-dev-state_emission_daily-states lambda:InvokeFunction",
      "emissions-dev-state_emission_daily-states athena:StartQueryExecution",
      "emissions-dev-state_emission_daily-states glue:GetTable",
    ];
    const files = await sampleFiles();
    let runs: Run[] = [];
    const notMissed = await withoutPairs(lake, late, async () => {
      runs = await lake.land("2031-01-01", files.oh, files.in);
    });
    expect(notMissed).to.deep.equal([]);
    expect(runs.map(({ pipeline, status, error }) => [pipeline, status, error])).to.deep.equal([
      ["state_emission_daily", "SUCCEEDED", undefined],
      ["state_emission_monthly", "SUCCEEDED", undefined],
    ]);
  });

  /** One of each kind of caller; in the slow suite each action of each role. */
  const few = [
    "emissions-dev-state_emission_daily-trigger states:StartExecution",
    "emissions-dev-state_emission_daily-land s3:PutObject",
    "emissions-dev-state_emission_daily-states glue:GetPartitions",
    "emissions-dev-state_emission_monthly-schedule lambda:InvokeFunction",
  ];

  it("that are taken away are missed, by name", async () => {
    const everything = process.env.TRIBUTARY_SLOW === "1";
    // What a trust policy allows is nothing that the role itself may do.
    const uses = [...firstUse].filter(([pair]) => !pair.startsWith("arn:") && !pair.endsWith("sts:AssumeRole"));
    const chosen = everything ? uses : uses.filter(([pair]) => few.includes(pair));
    expect(chosen).to.have.length.of.at.least(everything ? 100 : few.length);
    const notMissed: string[] = [];
    let turn = 0;
    for (const [index, { name, play }] of chapters.entries()) {
      let away = chosen.filter(([, chapter]) => chapter === index).map(([pair]) => pair);
      // What fails for want of one action may not get as far as the next: again, as long as that brings more to light.
      for (let before = Infinity; away.length > 0 && away.length < before;) {
        before = away.length;
        away = await withoutPairs(lake, away, () => play(lake, (turn += 1)));
      }
      notMissed.push(...away.map((pair) => `${pair} (${name})`));
    }
    if (everything) console.log(`      ${chosen.length} permissions taken away, in ${turn} turns`);
    expect(notMissed).to.deep.equal([]);
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
