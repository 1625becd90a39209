import { expect } from "chai";
import { resourcePatterns, unusedGrants } from "../../infra/permission-reasons";
import type { JournalEntry } from "../../local/journal";
import { sampleFiles, TestLake } from "./lake";

/** Everything a lake does: runs, a repeated run, every rejection by a different function, both sweeps. */
async function everyKindOfRun(lake: TestLake, day: number): Promise<void> {
  const files = await sampleFiles();
  const date = (offset: number): string => new Date(Date.UTC(2024, 0, day + offset)).toISOString().slice(0, 10);
  await lake.drop(date(0), files.ohMisreported, files.in);
  await lake.announce(date(0));
  await lake.announce(date(0));
  await lake.announce("2024-02-30");
  await lake.announce(date(0), "nobody");
  await lake.announce(date(3), "state_emission_monthly");
  await lake.drop(date(1), files.oh, files.in);
  await lake.put(`incoming/all_ef_files/${date(2)}/state_emission_daily.completed`);
  for (const { Name } of lake.runtime.services.schedules.list()) {
    lake.runtime.services.schedules.fire(Name);
    await lake.runtime.whenIdle();
  }
}

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

/** A statement's reason: its number, where it has one per bucket, does not matter. */
const withoutNumber = (statement: string): string => statement.replace(/\d+$/, "");

describe("permissions", () => {
  let lake: TestLake;
  before(async () => {
    lake = await TestLake.open();
    await everyKindOfRun(lake, 1);
  });
  after(() => lake.close());

  it("are all used, or a reason is written down", () => {
    const known = (statement: string, action: string): boolean =>
      unusedGrants[withoutNumber(statement)] !== undefined || unusedGrants[`${statement} ${action}`] !== undefined;
    const unexplained = lake.runtime.authorizer
      .unused()
      .filter(({ holder }) => !holder.startsWith("arn:"))
      .filter(({ statement, action }) => !known(statement, action))
      .map(({ holder, statement, action }) => `${holder}: ${statement} ${action}`);
    expect(unexplained).to.deep.equal([]);
  });

  it("are on exact resources, or a reason is written down; none is on everything that could be narrower", () => {
    const patterns = lake.runtime.authorizer.wildcardResources().filter(({ holder }) => !holder.startsWith("arn:"));
    const unexplained = patterns.filter(({ statement }) => resourcePatterns[withoutNumber(statement)] === undefined);
    expect(unexplained.map(({ holder, statement, resource }) => `${holder}: ${statement} ${resource}`)).to.deep.equal(
      [],
    );
    const everything = patterns.filter(({ resource }) => resource === "*").map(({ statement }) => statement);
    expect([...new Set(everything)].sort()).to.deep.equal(["DeliverLogs", "Trace"]);
  });

  it("have no reason that nothing needs", () => {
    const unused = lake.runtime.authorizer
      .unused()
      .map(({ statement, action }) => [withoutNumber(statement), `${statement} ${action}`]);
    for (const reason of Object.keys(unusedGrants)) expect(unused.flat(), reason).to.include(reason);
    const patterns = lake.runtime.authorizer.wildcardResources().map(({ statement }) => withoutNumber(statement));
    for (const reason of Object.keys(resourcePatterns)) expect(patterns, reason).to.include(reason);
  });

  describe("that are taken away are missed, by name", () => {
    /** Each action of each role in the slow suite; a few of each kind of caller otherwise. */
    const few = [
      ["emissions-dev-state_emission_daily-trigger", "states:StartExecution"],
      ["emissions-dev-state_emission_daily-land", "s3:PutObject"],
      ["emissions-dev-state_emission_daily-states", "glue:GetPartitions"],
      ["emissions-dev-state_emission_monthly-schedule", "lambda:InvokeFunction"],
    ];

    it("one after the other", async function () {
      const everything = process.env.TRIBUTARY_SLOW === "1";
      // What a trust policy allows is nothing that the role itself may do.
      const uses = lake.runtime.authorizer
        .usage()
        .filter(({ holder, action }) => !holder.startsWith("arn:") && action !== "sts:AssumeRole");
      const pairs = everything
        ? [...new Map(uses.map(({ holder, action }) => [`${holder} ${action}`, [holder, action]])).values()]
        : few;
      this.timeout(pairs.length * 60_000);
      for (const [index, [holder, action]] of pairs.entries()) {
        const restore = lake.runtime.authorizer.withoutAction(holder, action);
        // A day of its own for each, so that nothing is there already.
        const heard = await complaints(lake, () => everyKindOfRun(lake, 10 + index * 5));
        restore();
        const missed = heard.some((words) => words.includes(`not authorized to perform: ${action}`));
        expect(missed, `${holder} without ${action}: ${heard.join(" | ").slice(0, 2000)}`).to.equal(true);
      }
      if (everything) console.log(`      ${pairs.length} permissions taken away, each missed`);
    });
  });
});

describe("a stage that may be removed", () => {
  let lake: TestLake;
  before(async () => {
    lake = await TestLake.open();
    const files = await sampleFiles();
    await lake.drop("2024-11-08", files.oh, files.in);
    await lake.announce("2024-11-08");
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
