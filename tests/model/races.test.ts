import { expect } from "chai";
import fc from "fast-check";
import { leaseSeconds } from "../../functions/publication/lease";
import { publishData, publishTogether, type Publication } from "../../functions/publication/publication";
import { isNewerRun } from "../../functions/runs/run-order";
import { choicesOf, everyOrder, interleave, type Choose, type Trouble, type Work } from "./interleavings";
import { bucket, LocalStorage } from "./storage";

const date = "2024-01-29";

describe("publishing at the same time, in every order of calls", function () {
  // Orders that are played where there are too many to play them all; the slow suite plays more.
  const sampled = process.env.TRIBUTARY_SLOW ? 3000 : 40;
  let storage: LocalStorage;
  before(() => (storage = new LocalStorage()));
  after(() => storage.close());

  type Table = "dated" | "whole";
  type Gate = Parameters<Work<boolean>["run"]>[0];

  const publicationOf = (table: Table, run: string): Publication => ({
    database: "db",
    table,
    location: `s3://${bucket}/db/${table}/${run}/`,
    partition: table === "dated" ? { exec_date: date } : {},
    execDate: date,
    run,
    rows: 1,
  });
  const contextOf = (gate?: Gate) => ({
    ...storage.clients(gate),
    settings: { assets: bucket },
    now: storage.clock.now,
  });
  const publisher = (table: Table, run: string, trouble?: Trouble, name = run): Work<boolean> => ({
    name,
    trouble,
    run: (gate) => publish(table, run, gate),
  });
  const publish = (table: Table, run: string, gate?: Gate): Promise<boolean> =>
    publishData(publicationOf(table, run), contextOf(gate));

  /** Plays one order, then what the state machine does: who was told to try again tries again; checks the promises. */
  async function playOnce(
    table: Table,
    works: readonly Work<boolean>[],
    choose: Choose,
    before?: string,
  ): Promise<void> {
    await storage.empty();
    if (before !== undefined) await publish(table, before);
    const seen: string[] = before === undefined ? [] : [before];
    const look = (): void => {
      const published = storage.published(table, date);
      if (published === undefined || seen.at(-1) === published) return;
      const earlier = seen.at(-1);
      if (earlier !== undefined) expect(isNewerRun(published, earlier), `${published} after ${earlier}`).to.equal(true);
      seen.push(published);
    };
    const ended = await interleave(works, choose, look);
    const answers = ended.map((each) => ("answer" in each ? { run: runOf(each), answer: each.answer } : undefined));
    storage.clock.pass(leaseSeconds + 1);
    for (const [index, each] of ended.entries()) {
      if ("answer" in each) continue;
      // The next attempt of who crashed, or came when another published.
      if ("error" in each)
        expect(each.error.name).to.be.oneOf([
          "LeaseTaken",
          "ConcurrentModificationException",
          "AlreadyExistsException",
        ]);
      answers[index] = { run: runOf(each), answer: await publish(table, runOf(each)) };
      look();
    }
    const newest = works.map(runOf).reduce((a, b) => (isNewerRun(a, b) ? a : b));
    expect(storage.published(table, date), "what is published in the end").to.equal(newest);
    for (const answered of answers) {
      if (answered?.answer) expect(seen, `${answered.run} was told that it is published`).to.include(answered.run);
      else expect(answered?.run, "the newest run was told that it is not published").to.not.equal(newest);
    }
  }
  const runOf = ({ name }: { readonly name: string }): string => name.split(" ")[0];

  for (const table of ["dated", "whole"] as const) {
    for (const before of [undefined, "09"]) {
      it(`${table}: two runs after ${before ?? "none"}`, async () => {
        const works = [publisher(table, "0a"), publisher(table, "0b")];
        expect(await everyOrder((choose) => playOnce(table, works, choose, before))).to.be.greaterThan(3);
      });
    }

    it(`${table}: a run and its own second attempt`, async () => {
      const works = [publisher(table, "0a", undefined, "0a 1"), publisher(table, "0a", undefined, "0a 2")];
      expect(await everyOrder((choose) => playOnce(table, works, choose))).to.be.greaterThan(3);
    });

    for (const [older, newer] of [
      ["0a", "0b"],
      ["0b", "0a"],
    ]) {
      for (const kind of ["crash before", "crash after", "lost"] as const) {
        it(`${table}: ${older} meets "${kind}" at any call beside ${newer}`, async () => {
          for (let call = 1; call <= 6; call++) {
            const trouble: Trouble =
              kind === "lost"
                ? { kind, call }
                : { kind: "crash", call, when: kind === "crash before" ? "before" : "after" };
            const works = [publisher(table, older, trouble), publisher(table, newer)];
            await everyOrder((choose) => playOnce(table, works, choose, "09"), sampled);
          }
        });
      }
    }

    it(`${table}: three runs, one of which meets any trouble, in orders made up`, async () => {
      const trouble: fc.Arbitrary<Trouble | undefined> = fc.option(
        fc.oneof(
          fc.record({
            kind: fc.constant("crash" as const),
            call: fc.integer({ min: 1, max: 6 }),
            when: fc.constantFrom("before" as const, "after" as const),
          }),
          fc.record({ kind: fc.constant("lost" as const), call: fc.integer({ min: 1, max: 6 }) }),
        ),
        { nil: undefined },
      );
      await fc.assert(
        fc.asyncProperty(fc.array(fc.nat(2), { maxLength: 24 }), trouble, fc.nat(2), async (choices, one, who) => {
          const works = ["0a", "0b", "0c"].map((run, index) => publisher(table, run, index === who ? one : undefined));
          await playOnce(table, works, choicesOf(choices), choices.length % 2 === 0 ? "09" : undefined);
        }),
        { numRuns: sampled },
      );
    });
  }

  describe("the tables of a run together", () => {
    const both = ["dated", "whole"] as const;
    const publishBoth = (run: string, gate?: Gate): Promise<boolean> =>
      publishTogether(
        both.map((table) => publicationOf(table, run)),
        contextOf(gate),
      ).then((published) => published.every(Boolean));
    const work = (run: string, trouble?: Trouble): Work<boolean> => ({
      name: run,
      trouble,
      run: (gate) => publishBoth(run, gate),
    });
    const shown = (): (string | undefined)[] => both.map((table) => storage.published(table, date));

    /** Plays one order; then whoever was told to, or crashed, tries again. Answers what readers saw, one after the other. */
    async function play(works: readonly Work<boolean>[], choose: Choose): Promise<(string | undefined)[][]> {
      await storage.empty();
      await publishBoth("09");
      const seen = [shown()];
      const look = (): void => {
        if (shown().join() !== seen.at(-1)?.join()) seen.push(shown());
      };
      const ended = await interleave(works, choose, look);
      storage.clock.pass(leaseSeconds + 1);
      for (const each of ended.filter((one) => !("answer" in one))) {
        await publishBoth(each.name);
        look();
      }
      expect(shown()).to.deep.equal(["0b", "0b"]);
      return seen;
    }

    it("no run's tables come between those of another, however their calls interleave", async () => {
      const orders = await everyOrder(async (choose) => {
        const seen = await play([work("0a"), work("0b")], choose);
        // Between two states that are one run's there is at most the moment between the two calls.
        let whole = seen[0][0];
        for (const [first, second] of seen) {
          if (first === second) whole = first;
          else expect([first, second], JSON.stringify(seen)).to.include(whole);
        }
      }, sampled * 3);
      expect(orders).to.be.greaterThan(3);
    });

    for (const kind of ["crash before", "crash after", "lost"] as const) {
      for (const [older, newer] of [
        ["0a", "0b"],
        ["0b", "0a"],
      ]) {
        it(`the next attempt finishes what ${older} began when it met "${kind}" at any call beside ${newer}`, async () => {
          for (let call = 1; call <= 14; call++) {
            const trouble: Trouble =
              kind === "lost"
                ? { kind, call }
                : { kind: "crash", call, when: kind === "crash before" ? "before" : "after" };
            await everyOrder(async (choose) => {
              await play([work(older, trouble), work(newer)], choose);
            }, sampled / 8);
          }
        });
      }
    }
  });
});
