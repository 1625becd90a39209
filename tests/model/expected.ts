/**
 * What a lake should hold after a schedule, as one clean run of the newest input for each date would leave it: worked out one
 * thing after the other, without events, runs or retries.
 */
import { compareRows } from "../audit/row-by-row";
import { dates, type Schedule, type ScheduleDate } from "./schedule";

/** Rows by table and date, each row as text, in order. */
export type Contents = Readonly<Record<string, readonly string[]>>;

/** Version of the file that is there, by pipeline and date. */
export type Landed = ReadonlyMap<`${"u" | "v"} ${ScheduleDate}`, number>;

/** A row of the pool's files. */
export interface FileRow {
  readonly id: number;
  readonly amount: number;
  readonly version: number;
}

/** Rows of a version of the pool's files: 3 to 10 of them; corrections add, remove and change. */
export function fileRows(version: number): FileRow[] {
  const count = 3 + ((version * 5) % 8);
  return Array.from({ length: count }, (_, id) => ({ id, amount: id * 10 + ((id + version) % 3), version }));
}

/** Which files are there in the end. */
export function landedBy({ steps }: Pick<Schedule, "steps">): Landed {
  const landed = new Map<`${"u" | "v"} ${ScheduleDate}`, number>();
  for (const step of steps) if (step.what === "land") landed.set(`${step.pipeline} ${step.date}`, step.version);
  return landed;
}

/** Dates for which both files are there. */
export function completeDates(landed: Landed): ScheduleDate[] {
  return dates.filter((date) => landed.has(`u ${date}`) && landed.has(`v ${date}`));
}

/** Everything that the tables should hold. */
export function expectedContents(landed: Landed): Contents {
  const contents: Record<string, string[]> = {};
  for (const [place, version] of landed) {
    const [pipeline, date] = place.split(" ");
    const rows = fileRows(version).map(({ id, amount }) => line("", id, amount, version));
    contents[`${pipeline}_files ${date}`] = rows.sort();
    contents[`${pipeline}_daily ${date}`] = rows;
  }
  const complete = completeDates(landed);
  for (const [index, date] of complete.entries()) {
    contents[`w_rows ${date}`] = joined(landed, date)
      .map(({ origin, id, amount, version }) => line(origin, id, amount, version))
      .sort();
    const changes = index === 0 ? [] : audited(landed, date, complete[index - 1]);
    if (changes.length > 0) contents[`audit ${date}`] = changes.sort();
  }
  const newest = complete.at(-1);
  if (newest !== undefined) {
    contents["x_latest"] = (["u", "v"] as const).map((origin) => {
      const rows = joined(landed, newest).filter((row) => row.origin === origin);
      const sum = rows.reduce((total, { amount }) => total + amount, 0);
      return line(origin, rows.length, sum, rows[0].version);
    });
  }
  return contents;
}

/** A row as {@link Contents} has it. */
export function line(...cells: (string | number | undefined)[]): string {
  return cells.join("|");
}

function joined(landed: Landed, date: ScheduleDate) {
  return (["u", "v"] as const).flatMap((origin) =>
    fileRows(landed.get(`${origin} ${date}`) ?? 0).map((row) => ({ origin, ...row })),
  );
}

function audited(landed: Landed, date: ScheduleDate, prior: ScheduleDate): string[] {
  const cells = (of: ScheduleDate) =>
    joined(landed, of).map(({ origin, id, amount, version }) => [origin, id, amount, version]);
  const changes = compareRows(
    [
      { name: "origin", kind: "text" },
      { name: "id", kind: "integer" },
    ],
    [
      { name: "amount", kind: "integer" },
      { name: "version", kind: "integer" },
    ],
    cells(date),
    cells(prior),
  );
  return changes.map(({ attribute, grain, type, current, prior: before }) =>
    line(grain.join("/"), attribute, type, before ?? "", current ?? "", prior),
  );
}
