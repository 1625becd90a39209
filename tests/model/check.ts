/** Holds a lake that has come to rest against what should be there: each difference is a sentence. */
import {
  announcementOf,
  readAnnouncement,
  sameAnnouncement,
  type Announcement,
} from "../../functions/arrival/announcement";
import { isNewerRun, isRepeatedAudit } from "../../functions/runs/run-order";
import { completeDates, expectedContents, landedBy, line, type Contents } from "./expected";
import type { ModelLake, RunRecord } from "./lake";
import type { Pipeline, Schedule } from "./schedule";

const pipelines: readonly Pipeline[] = ["u", "v", "w", "x"];
const upstreams: Readonly<Record<Pipeline, readonly Pipeline[]>> = { u: [], v: [], w: ["u", "v"], x: ["w"] };

const sql = [
  ...["u", "v"].flatMap((origin) => [
    `select '${origin}_files ' || cast(exec_date as varchar) as place, '' as a, cast(id as varchar) as b, cast(amount as varchar) as c, cast(version as varchar) as d, '' as e, '' as f from landing_db_test.${origin}_files`,
    `select '${origin}_daily ' || cast(exec_date as varchar), '', cast(id as varchar), cast(amount as varchar), cast(version as varchar), '', '' from processed_db_test.${origin}_daily`,
  ]),
  `select 'w_rows ' || cast(exec_date as varchar), origin, cast(id as varchar), cast(amount as varchar), cast(version as varchar), '', '' from processed_db_test.w_rows`,
  `select 'x_latest', origin, cast(row_count as varchar), cast(amount as varchar), cast(version as varchar), '', '' from processed_db_test.x_latest`,
  `select 'audit ' || cast(exec_date as varchar), grain_value_1 || '/' || grain_value_2, attribute, change_type, coalesce(prev_value, ''), coalesce(curr_value, ''), cast(prev_exec_date as varchar) from audit_db_test.audit`,
].join(" union all ");

/** What the tables hold. */
async function contentsOf(lake: ModelLake): Promise<Contents> {
  const contents: Record<string, string[]> = {};
  for (const [place = "", ...cells] of await lake.query(sql)) {
    const row = place.startsWith("audit") ? cells : cells.slice(0, 4);
    (contents[place] ??= []).push(line(...row));
  }
  for (const rows of Object.values(contents)) rows.sort();
  return contents;
}

/** What is wrong with a lake, by what it means for its users. */
export interface Findings {
  /** Tables that do not hold what they should. */
  readonly wrong: readonly string[];
  /** Rows that are there more often than they should. */
  readonly doubled: number;
  /** Control files without a run, and runs without an end. */
  readonly lost: readonly string[];
  /** Sets of files and upstream runs that were announced twice, runs without a reason. */
  readonly repeated: readonly string[];
  /** Dependents that did not run with the newest runs of their upstreams, markers that name others. */
  readonly stale: readonly string[];
}

/** Checks everything. */
export async function check(lake: ModelLake, schedule: Schedule): Promise<Findings> {
  const landed = landedBy(schedule);
  const wanted = expectedContents(landed);
  const found = await contentsOf(lake);
  const wrong: string[] = [];
  let doubled = 0;
  for (const place of new Set([...Object.keys(wanted), ...Object.keys(found)])) {
    const [want, have] = [wanted[place] ?? [], found[place] ?? []];
    doubled += have.length - new Set(have).size;
    if (have.join("\n") !== want.join("\n")) {
      wrong.push(`${place} should be ${want.join(" ") || "empty"}; it is ${have.join(" ") || "empty"}.`);
    }
  }
  const runs = await lake.runs();
  const controls = await lake.controlFiles();
  const markers = await lake.markers();
  const dataRuns = (pipeline: Pipeline, date: string): RunRecord[] =>
    runs.filter((run) => run.pipeline === pipeline && run.exec_date === date && !isRepeatedAudit(run.run));

  const lost = runs.filter(({ status }) => status === "RUNNING").map(({ key }) => `${key} never ended.`);
  const repeated: string[] = [];
  const stale: string[] = [];
  for (const pipeline of pipelines) {
    const announcedOrRun = [
      ...controls.map((control) => ({ pipeline: control.pipeline, date: control.date })),
      ...runs.map((run) => ({ pipeline: run.pipeline, date: run.exec_date })),
    ].filter((each) => each.pipeline === pipeline);
    for (const date of new Set(announcedOrRun.map((each) => each.date))) {
      const versions = controls.filter((control) => control.pipeline === pipeline && control.date === date);
      const begun = dataRuns(pipeline, date);
      // An event that never came is made good by a control file of its own, sooner or later.
      const unheard = lostEvents(lake, `${date}/${pipeline}.done`);
      if (begun.length < versions.length - unheard) {
        lost.push(`${pipeline} ${date} has ${versions.length} control files and ${begun.length} run records.`);
      }
      if (begun.length > versions.length - unheard) {
        repeated.push(`${pipeline} ${date} has ${versions.length} control files and ${begun.length} run records.`);
      }
      for (const [index, { body }] of versions.entries()) {
        // Written once more as it was, token and all: its event had not come by then.
        if (unheard > 0 || (body !== "" && body === versions[index - 1]?.body)) continue;
        const [now, before] = [readAnnouncement(body), readAnnouncement(versions[index - 1]?.body ?? "")];
        if (now && before && sameAnnouncement(now, before) && !missed(inOrder(begun)[index - 1], before))
          repeated.push(`${pipeline} ${date} was announced twice: ${body}`);
      }
    }
    const dates =
      pipeline === "u" || pipeline === "v"
        ? [...landed.keys()].filter((place) => place.startsWith(pipeline)).map((place) => place.split(" ")[1])
        : completeDates(landed);
    for (const date of dates) {
      const succeeded = dataRuns(pipeline, date).filter(({ status }) => status === "SUCCEEDED");
      const newest = succeeded.reduce<RunRecord | undefined>(
        (best, run) => (best && isNewerRun(best.run, run.run) ? best : run),
        undefined,
      );
      const marked = markers.get(`${pipeline} ${date}`);
      // X replaces its whole table: for a date before the newest it has nothing to complete.
      if (pipeline === "x" && !newest && date !== dates.at(-1)) continue;
      if (!newest || marked !== newest.run) {
        stale.push(`${pipeline} ${date} is marked complete with ${marked}; its newest run is ${newest?.run}.`);
        continue;
      }
      for (const upstream of upstreams[pipeline]) {
        const run = markers.get(`${upstream} ${date}`);
        if (pipeline === "x" && date !== dates.at(-1)) continue;
        if (newest.upstreams[upstream] !== run) {
          stale.push(
            `${pipeline} ${date} ran with ${newest.upstreams[upstream]} of ${upstream}, whose newest is ${run}.`,
          );
        }
      }
    }
  }
  return { wrong, doubled, lost, repeated, stale };
}

/** How many events of an object never came. */
function lostEvents({ journal }: ModelLake, key: string): number {
  return journal.filter(
    (entry) => entry.kind === "fault-injected" && entry.fault === "lose-event" && entry.where.includes(key),
  ).length;
}

function inOrder(runs: readonly RunRecord[]): RunRecord[] {
  return [...runs].sort((a, b) => (isNewerRun(a.run, b.run) ? 1 : -1));
}

/** Whether a run went without what was announced for it: a file was replaced meanwhile, perhaps by the same one in the end. */
function missed(run: RunRecord | undefined, announced: Announcement): boolean {
  if (!run) return false;
  return run.status === "SUPERSEDED" || !sameAnnouncement(announcementOf(run.inputs, run.upstreams), announced);
}
