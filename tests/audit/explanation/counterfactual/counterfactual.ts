/**
 * The counterfactual: of a result that changed, apply the causes that its explanation names, and nothing else, to what was there
 * before. The result has to be the new one. With any one cause left out it has to be another.
 */
import {
  Chance,
  randomLake,
  randomModel,
  type RandomModel,
  type Row,
  type Rows,
  type TableName,
  tables,
} from "./random";
import { current, type Line, prior, type Results, type Worlds } from "./worlds";

/** What was seen of some lakes. */
export interface Seen {
  lakes: number;
  changes: number;
  /** Changes whose causes were applied and left out. */
  proven: number;
  causes: number;
  /** Changes that are said not to be followed, by reason. */
  readonly notFollowed: Record<string, number>;
  /** What contradicts an explanation. */
  readonly wrong: string[];
}

/** A row as it is applied: what goes and what comes. */
interface Applied {
  readonly table: TableName;
  readonly goes?: Row;
  readonly comes?: Row;
}

/** A change with what has to be tried. */
interface Trial {
  readonly place: string;
  readonly what: string;
  readonly story: number;
  /** Whether the model of now is applied. */
  readonly model: boolean;
  readonly rows: Rows;
  readonly holds: (found: number | null | undefined) => boolean;
}

/** Tries `lakes` lakes from a seed on, some of them with each model. */
export async function tryLakes(worlds: Worlds, seed: number, lakes: number, ofModel = 5): Promise<Seen> {
  const seen: Seen = { lakes: 0, changes: 0, proven: 0, causes: 0, notFollowed: {}, wrong: [] };
  for (let at = 0; at < lakes; at += ofModel) await tryModel(worlds, seed + at, Math.min(ofModel, lakes - at), seen);
  return seen;
}

/** Random lakes that share tables and a model, and how its results changed from one date to the other. */
export async function playLakes(worlds: Worlds, seed: number, count: number) {
  const chance = new Chance(seed);
  const model = randomModel(chance);
  const both = Array.from({ length: count }, (_, story) => randomLake(chance, story));
  const name = `t${seed}`;
  await worlds.fill(name, { [prior]: both.map(({ before }) => before), [current]: both.map(({ now }) => now) });
  const before = await worlds.run(model.prior, name, prior);
  const now = await worlds.run(model.sql, name, current);
  return { model, both, name, now, changes: changesOf(before, now) };
}

async function tryModel(worlds: Worlds, seed: number, count: number, seen: Seen): Promise<void> {
  const { model, both, name, now, changes } = await playLakes(worlds, seed, count);
  seen.lakes += count;
  seen.changes += changes.length;
  if (changes.length === 0) return;
  const { lines, sql } = await worlds.explain(model, name, changes);
  const wrong = (place: string, what: string) =>
    seen.wrong.push(
      `seed ${seed}, ${place}: ${what}\n${model.sql}${model.prior === model.sql ? "" : `\nbefore: ${model.prior}`}\n${JSON.stringify(lines.get(place), undefined, 1)}\n${JSON.stringify(both[Number(place.split(" ")[0])])}${process.env.SHOW_SQL ? `\n${sql}` : ""}`,
    );
  const trials: Trial[] = [];
  for (const { place, change } of changes) {
    const own = lines.get(place) ?? [];
    const stop = own.find(({ method, contribution }) => method === "not followed" && contribution !== 0);
    if (stop) {
      const reason = (stop.note ?? "").replace(/: not followed$/, "");
      seen.notFollowed[reason] = (seen.notFollowed[reason] ?? 0) + 1;
      continue;
    }
    const sum = own.reduce((total, { contribution }) => total + (contribution ?? 0), 0);
    if (!isSame(sum, change, own)) wrong(place, `contributions add up to ${sum}, not to ${change}`);
    const lake = both[Number(place.split(" ")[0])];
    const applied = own.filter(({ table }) => table !== null).map((line) => appliedOf(line, lake));
    const unclear = applied.some((each) => each === "ambiguous");
    const untrue = applied.find((each): each is string => typeof each === "string" && each !== "ambiguous");
    if (untrue) wrong(place, untrue);
    const rows = distinct(applied.filter((each): each is Applied => typeof each === "object"));
    if (unclear || untrue) continue;
    const rest = own.find(({ method }) => method === "unexplained")?.contribution ?? 0;
    const isModel = own.some(({ method }) => method === "model");
    trials.push(
      ...trialsOf({ place, lake: lake.before, rows, rest, isModel, own, next: trials.length, target: now.get(place) }),
    );
    seen.proven += 1;
    seen.causes += rows.length;
  }
  await runTrials(worlds, model, `${name}w`, trials, wrong);
}

function trialsOf({
  place,
  lake,
  rows,
  rest,
  isModel,
  own,
  next,
  target,
}: {
  readonly place: string;
  readonly lake: Rows;
  readonly rows: readonly Applied[];
  readonly rest: number;
  readonly isModel: boolean;
  readonly own: readonly Line[];
  readonly next: number;
  readonly target: number | null | undefined;
}): Trial[] {
  const trial = (
    at: number,
    what: string,
    applied: readonly Applied[],
    model: boolean,
    holds: Trial["holds"],
  ): Trial => ({
    ...{ place, what, story: next + at, model, holds },
    rows: relabelled(applied.reduce(applying, lake), next + at),
  });
  const equal = (found: number | null | undefined, within = 0) => isSame(found ?? 0, target ?? 0, own, within);
  const differs = (found: number | null | undefined) =>
    !equal(found) || (found === undefined) !== (target === undefined);
  return [
    trial(0, "is not sufficient", rows, isModel, (found) => equal(found, Math.abs(rest))),
    ...rows.map((left, index) =>
      trial(
        index + 1,
        `is the same without ${JSON.stringify(left)}`,
        rows.filter((each) => each !== left),
        isModel,
        differs,
      ),
    ),
    ...(isModel ? [trial(rows.length + 1, "is the same with the model of before", rows, false, differs)] : []),
  ];
}

async function runTrials(
  worlds: Worlds,
  model: RandomModel,
  name: string,
  trials: readonly Trial[],
  wrong: (place: string, what: string) => void,
): Promise<void> {
  if (trials.length === 0) return;
  await worlds.fill(name, { [current]: trials.map(({ rows }) => rows) });
  const now = await worlds.run(model.sql, name, current);
  const before = model.prior === model.sql ? now : await worlds.run(model.prior, name, current);
  for (const { place, what, story, model: isNew, holds } of trials) {
    const found = (isNew || model.prior === model.sql ? now : before).get(
      [story, ...place.split(" ").slice(1)].join(" "),
    );
    if (!holds(found)) wrong(place, `${what}: ${String(found)}`);
  }
}

/** Rows of a lake with another number. */
function relabelled(rows: Rows, story: number): Rows {
  const of = (table: TableName) => rows[table].map((row) => ({ ...row, story }));
  return { facts: of("facts"), more: of("more"), dims: of("dims"), zones: of("zones") };
}

/** Results that differ, what is not there counting as 0. */
/** Results that differ by more than sums of doubles do. */
function changesOf(before: Results, now: Results): { readonly place: string; readonly change: number }[] {
  return [...new Set([...before.keys(), ...now.keys()])]
    .map((place) => ({ place, change: (now.get(place) ?? 0) - (before.get(place) ?? 0) }))
    .filter(
      ({ place, change }) =>
        Math.abs(change) > 1e-9 * Math.max(Math.abs(now.get(place) ?? 0), Math.abs(before.get(place) ?? 0)),
    );
}

/** Equal as far as sums of doubles are, whose size the contributions tell. */
function isSame(left: number, right: number, lines: readonly Line[], within = 0): boolean {
  const size = lines.reduce(
    (most, { contribution }) => Math.max(most, Math.abs(contribution ?? 0)),
    Math.max(Math.abs(left), Math.abs(right)),
  );
  return Math.abs(left - right) <= within * (1 + 1e-9) + 1e-9 * size;
}

/** The change of a row that a line names: what is not in both, with the key and the values told. */
function appliedOf(line: Line, { before, now }: { readonly before: Rows; readonly now: Rows }): Applied | string {
  const table = line.table as TableName;
  const { grain } = tables[table];
  const columns = line.columns === "*" ? [] : line.columns.split(", ");
  const text = (row: Row, column: string) => (row[column] === null ? "NULL" : String(row[column]));
  const isKey = (row: Row) => grain.every((column, index) => text(row, column) === (line.grain[index] ?? "NULL"));
  const tells = (row: Row, told: string | null) =>
    columns.length === 0 || columns.map((each) => text(row, each)).join(", ") === (told ?? "NULL");
  const same = (left: Row, right: Row) => JSON.stringify(left) === JSON.stringify(right);
  const less = (rows: readonly Row[], others: readonly Row[]) => {
    const left = [...others];
    return rows.filter((row) => {
      const at = left.findIndex((other) => same(other, row));
      if (at >= 0) left.splice(at, 1);
      return at < 0;
    });
  };
  const gone = less(before[table], now[table]).filter((row) => isKey(row) && tells(row, line.before));
  const came = less(now[table], before[table]).filter((row) => isKey(row) && tells(row, line.now));
  const goes = line.became === "added" ? [] : gone;
  const comes = line.became === "removed" ? [] : came;
  if (goes.length > 1 || comes.length > 1) return "ambiguous";
  if ((line.became !== "added" && goes.length === 0) || (line.became !== "removed" && comes.length === 0)) {
    return `names a row that did not change so: ${JSON.stringify(line)}`;
  }
  return { table, ...(goes[0] && { goes: goes[0] }), ...(comes[0] && { comes: comes[0] }) };
}

function distinct(applied: readonly Applied[]): Applied[] {
  return applied.filter(
    (each, index) => applied.findIndex((other) => JSON.stringify(other) === JSON.stringify(each)) === index,
  );
}

function applying(rows: Rows, { table, goes, comes }: Applied): Rows {
  const left = [...rows[table]];
  const at = goes ? left.findIndex((row) => JSON.stringify(row) === JSON.stringify(goes)) : -1;
  if (at >= 0) left.splice(at, 1);
  return { ...rows, [table]: [...left, ...(comes ? [comes] : [])] };
}
