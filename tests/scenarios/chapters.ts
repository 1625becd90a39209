/**
 * Everything that a lake does, in chapters that can be played again and again: so that a test can take a permission away and
 * play the chapter that needs it.
 */
import { StopExecutionCommand } from "@aws-sdk/client-sfn";
import { sampleFiles, type TestLake } from "./lake";

/** A chapter; `turn` is how often it was played before, so that each turn finds something to do. */
interface Chapter {
  readonly name: string;
  play(lake: TestLake, turn: number): Promise<void>;
}

/** A date that no other turn of a chapter uses. */
const dateOf = (year: number, turn: number): string =>
  new Date(Date.UTC(year, 0, 1 + turn * 2)).toISOString().slice(0, 10);

/** The next of two contents: a file that arrives again as it was is nothing new. */
const ohioOf = async (turn: number): Promise<string> => {
  const files = await sampleFiles();
  return turn % 2 === 0 ? files.oh : files.ohMisreported;
};

/** The chapters, with three dates in turn on which all work is due. */
export const chaptersOn = (first: string, next: string, third: string): readonly Chapter[] => [
  {
    name: "files arrive for the first date",
    play: async (lake, turn) => {
      const files = await sampleFiles();
      // The first run makes the views; later ones only make them anew.
      await lake.dropViews();
      await lake.land(turn === 0 ? first : dateOf(2001, turn), files.ohMisreported, files.in);
    },
  },
  {
    name: "files arrive for the next date, which is audited",
    play: async (lake, turn) => {
      const files = await sampleFiles();
      await lake.land(turn === 0 ? next : third, await ohioOf(turn), files.in);
    },
  },
  {
    name: "the first date is corrected: the next one is audited again",
    play: async (lake, turn) => void (await lake.land(first, await ohioOf(turn))),
  },
  {
    name: "a date is announced again by hand, and the event comes twice",
    play: async (lake) => {
      for (const run of await lake.announce(first)) await lake.redeliver(run);
    },
  },
  {
    name: "control files are rejected",
    play: async (lake) => {
      await lake.announce("2024-02-30");
      await lake.announce(first, "nobody");
      await lake.announce("2024-01-09", "state_emission_monthly");
    },
  },
  {
    name: "a run is stopped",
    play: async (lake, turn) => {
      const date = dateOf(2011, turn);
      const stop = lake.runtime.journal.listen((entry) => {
        if (entry.kind !== "execution-started" || !entry.executionArn.includes(date)) return;
        void lake.sfn.send(new StopExecutionCommand({ executionArn: entry.executionArn }));
      });
      const files = await sampleFiles();
      await lake.land(date, files.oh, files.in);
      stop();
    },
  },
  {
    name: "the clock strikes: complete dates are looked for, superseded runs are pruned",
    play: async (lake, turn) => {
      // Two runs, of which the pruner may delete one, as soon as it likes.
      for (const pipeline of ["state_emission_daily", "state_emission_monthly"]) {
        await lake.redefine(pipeline, { superseded: { keep: 0, days: 0 } });
      }
      await lake.announce(first);
      const date = dateOf(2021, turn);
      await lake.put(`incoming/all_ef_files/${date}/state_emission_daily.completed`);
      // The second time the watchers know what they saw.
      for (let hour = 0; hour < 2; hour++) {
        for (const { Name } of lake.runtime.services.schedules.list()) lake.runtime.services.schedules.fire(Name);
        await lake.runtime.whenIdle();
      }
    },
  },
];

/** The chapters of a stage that does all work every day. */
export const chapters = chaptersOn("2024-01-01", "2024-01-02", "2024-01-03");
