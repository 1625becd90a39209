/** Explanations of random changes as statements with their tables, for another engine to answer. */
import { changesOf } from "./counterfactual";
import { Chance, randomLake, randomModel } from "./random";
import { current, prior, Worlds } from "./worlds";

/** A statement that explains changes of lakes that share tables. */
export interface ExplainedLake {
  readonly tables: Readonly<
    Record<string, { readonly types: Readonly<Record<string, string>>; readonly rows: readonly (string | null)[][] }>
  >;
  readonly sql: string;
  /** What the local Athena answers. */
  readonly rows: readonly (string | null)[][];
}

/** Statements for `models` random models with five lakes each, of those that have changes. */
export async function* explainedLakes(models: number): AsyncGenerator<ExplainedLake> {
  const worlds = await Worlds.open();
  try {
    for (let seed = 1; seed <= models; seed++) {
      const chance = new Chance(seed);
      const model = randomModel(chance);
      const both = Array.from({ length: 5 }, (_, story) => randomLake(chance, story));
      const name = `t${seed}`;
      await worlds.fill(name, { [prior]: both.map(({ before }) => before), [current]: both.map(({ now }) => now) });
      const changes = changesOf(await worlds.run(model.prior, name, prior), await worlds.run(model.sql, name, current));
      if (changes.length === 0) continue;
      const { sql } = await worlds.explain(model, name, changes);
      yield { tables: await worlds.tablesOf(name), sql, rows: await worlds.rows(sql) };
    }
  } finally {
    await worlds.close();
  }
}
