/** Explanations of random changes as statements with their tables, for another engine to answer. */
import { playLakes } from "./counterfactual";
import { Worlds } from "./worlds";

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
      const { model, name, changes } = await playLakes(worlds, seed, 5);
      if (changes.length === 0) continue;
      const { sql } = await worlds.explain(model, name, changes);
      yield { tables: await worlds.tablesOf(name), sql, rows: await worlds.rows(sql) };
    }
  } finally {
    await worlds.close();
  }
}
