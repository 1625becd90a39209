/** Reads everything that the page of a lake shows, by the same reads as `status`, `logs`, `explain`. */
import { readBackfills } from "./read-backfills";
import { readAuditConfigs } from "../../functions/runs/provenance";
import type { PipelineDefinition } from "../../functions/runs/pipeline";
import { isExecDate } from "../../audit/exec-date";
import { formatCount } from "../../report/amounts";
import { commandOf } from "../../report/places";
import type { CellState, CellView, LakeView } from "../../report/view";
import { countDeadLetters } from "../lake/dead-letters";
import { readDefinitions } from "../lake/definitions";
import type { Lake } from "../lake/lake";
import type { Project } from "../lake/project";
import { placesOf } from "../explain/explain-audit";
import { isGood, isRunning, rowsOf } from "../runs/run-records";
import { stateOf, type DateStatus } from "../status/date-status";
import { datesOf, readStatus } from "../status/read-status";
import { readChanges, readWhys } from "./read-changes";
import { dollarsOf, readRecordedRuns, readRunViews } from "./read-runs";
import { readLinks, readTables } from "./read-tables";

/** How much to read. */
export interface ViewRequest {
  /** Dates, the newest. */
  readonly dates: number;
}

/** What a page showed before: what has not changed since is not read again. */
type Known = Pick<LakeView, "runs" | "changes" | "whys">;

/** The view of a lake as it is now. */
export async function readView(
  lake: Lake,
  project: Project,
  { dates: most }: ViewRequest,
  known?: Known,
): Promise<LakeView> {
  const made = new Date().toISOString();
  const definitions = await readDefinitions(lake);
  const found = await datesOf(definitions, {}, lake);
  const dates = found.slice(-most);
  const [statuses, recorded, configs] = await Promise.all([
    readStatus(definitions, dates, definitions, lake),
    readRecordedRuns(dates, lake),
    readAuditConfigs(placesOf(lake)),
  ]);
  const cells = statuses.map(cellView);
  const failed = recorded.filter(({ run }) => !isGood(run) && !isRunning(run)).slice(0, 10);
  const runs = await readRunViews(recorded, new Set(failed.map(({ run }) => run.run)), lake, known?.runs);
  const all = recorded.map(({ run }) => run);
  const tables = await readTables(definitions, configs, all, lake);
  const { links, unread } = await readLinks(tables, all, lake);
  const [since] = dates.filter(isExecDate);
  const changes = since === undefined ? { counts: [], largest: [] } : await readChanges(configs, since, lake);
  const begin = begins(project);
  const same = known !== undefined && JSON.stringify(known.changes) === JSON.stringify(changes);
  const whys = same ? known.whys : await readWhys(configs, changes, (text) => commandOf(begin, text), lake);
  const leftOut = [
    ...(found.length > dates.length
      ? [`${formatCount(found.length - dates.length)} dates before ${dates[0] ?? ""}.`]
      : []),
    ...(recorded.length > runs.length
      ? [`Details of ${formatCount(recorded.length - runs.length)} earlier runs: \`tributary logs <run>\` tells them.`]
      : []),
    ...unread.map((name) => `The columns behind ${name}: its SQL cannot be read for lineage.`),
    ...moreChanges(changes.counts, whys.length),
  ];
  return {
    ...begin,
    name: lake.outputs.workgroup,
    place:
      project.stage === undefined
        ? `on this machine, stack ${project.stack}`
        : `on AWS, account ${lake.place.account}, ${lake.place.region}`,
    made,
    pipelines: definitions.map(({ pipeline, after, cadence }) => ({
      name: pipeline,
      after,
      cadence: cadenceWords(cadence),
    })),
    dates: [...dates].reverse(),
    cells,
    runs,
    tables,
    files: definitions.flatMap(({ incoming, source }) => incoming.map((file) => ({ ...file, source }))),
    links,
    changes,
    whys,
    backfills: await readBackfills(lake),
    deadLetters: await countDeadLetters(lake),
    leftOut,
  };
}

/** How commands for a lake begin. */
function begins({ stage, stack }: Project): Pick<LakeView, "command" | "commandOptions"> {
  const options = stage !== undefined ? ` --stage ${stage}` : stack !== "dev" ? ` --stack ${stack}` : "";
  return { command: "npx tributary", commandOptions: options };
}

/** A date's status as the page shows it: pure. */
function cellView(status: DateStatus): CellView {
  const { pipeline, date, run, running, waitsFor } = status;
  return {
    pipeline,
    date,
    state: stateOf(status) as CellState,
    waitsFor,
    step: running.find((each) => each.run.run === run?.run)?.state,
    ...(run && {
      run: run.run,
      started: run.started,
      ended: run.ended,
      rows: rowsOf(run),
      bytes: run.steps.reduce((sum, { bytesScanned }) => sum + (bytesScanned ?? 0), 0),
      dollars: dollarsOf(run),
      error: run.error ?? undefined,
    }),
  };
}

/** When a pipeline runs, in words: pure. */
export function cadenceWords({ every, day, month }: PipelineDefinition["cadence"]): string {
  if (every === "run") return "each date";
  return every === "month"
    ? `monthly, day ${day ?? 1}`
    : `yearly, ${String(month ?? 1).padStart(2, "0")}-${String(day ?? 1).padStart(2, "0")}`;
}

function moreChanges(counts: LakeView["changes"]["counts"], explained: number): string[] {
  const all = counts.reduce((sum, { changes }) => sum + changes, 0);
  if (all <= explained) return [];
  return [
    `Of ${formatCount(all)} changes the largest are listed, and the largest of the newest date explained; \`tributary explain\` explains any, \`tributary query\` lists all.`,
  ];
}
