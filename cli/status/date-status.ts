/** What is known of dates, as text: pure. */
import type { PipelineDefinition } from "../../functions/runs/pipeline";
import { rowsOf, type Run } from "../runs/run-records";
import type { Unfollowed } from "../runs/dates-without-followers";
import type { Column, Format, Rows } from "../presentation/table";

/** A run whose record says that it is under way. */
export interface RunningStatus {
  readonly run: Run;
  /** Status of its execution; undefined if there is none. */
  readonly execution: string | undefined;
  /** State that it is in. */
  readonly state: string | undefined;
}

/** One date of one pipeline. */
export interface DateStatus {
  readonly pipeline: string;
  readonly date: string;
  /** Its newest run that was to bring data. */
  readonly run: Run | undefined;
  /** Its newest run that only audited again, if it came after that one. */
  readonly audit: Run | undefined;
  /** Its runs under way, those that only audit again among them. */
  readonly running: readonly RunningStatus[];
  /** Whether anything has arrived for the date. */
  readonly begun: boolean;
  /** Why no run is expected: its work, or that of a pipeline before it, is not due, or a newer date holds the data. */
  readonly unexpected: Unfollowed | undefined;
  /** What it waits for before its next run; nothing if none is expected. */
  readonly waitsFor: readonly string[];
}

/**
 * One word for a date: its newest run's status, `lost` for one whose execution is gone, `waiting`, `not due`, or `-` for nothing.
 */
export function stateOf({ run, running, begun, unexpected }: DateStatus): string {
  if (!run && unexpected) return unexpected === "SKIPPED" ? "not due" : "-";
  if (!run) return begun ? "waiting" : "-";
  const status = running.find((each) => each.run.run === run.run);
  if (status && status.execution !== "RUNNING") return "lost";
  return run.status.toLowerCase();
}

/** Dates down, pipelines across. */
export function grid(
  statuses: readonly DateStatus[],
  definitions: readonly Pick<PipelineDefinition, "pipeline">[],
): Rows {
  const dates = [...new Set(statuses.map(({ date }) => date))];
  return {
    columns: [text("date"), ...definitions.map(({ pipeline }) => text(pipeline))],
    rows: dates.map((date) => [
      date,
      ...definitions.map(({ pipeline }) => {
        const status = statuses.find((each) => each.date === date && each.pipeline === pipeline);
        return status ? stateOf(status) : "-";
      }),
    ]),
  };
}

/** A row for each date of each pipeline, for programs. */
export function statusRows(statuses: readonly DateStatus[]): Rows {
  return {
    columns: [
      ...[text("exec_date"), text("pipeline"), text("state"), text("run"), text("started"), text("ended")],
      ...[{ name: "rows", type: "bigint" }, text("step"), text("waits_for"), text("error"), text("message")],
    ],
    rows: statuses.map((status) => {
      const { date, pipeline, run, running, waitsFor } = status;
      const step = running.find((each) => each.run.run === run?.run)?.state;
      return [
        ...[date, pipeline, stateOf(status), run?.run, run?.started, run?.ended],
        ...[run && String(rowsOf(run)), step, waitsFor.length > 0 ? waitsFor.join("; ") : undefined],
        ...[run?.error?.name, run?.error?.message],
      ];
    }),
  };
}

/**
 * What the dates wait for. Dates older than a pipeline's newest that succeeded no longer matter each by itself: a line for all of
 * them says where to look.
 */
function waitingLines(statuses: readonly DateStatus[]): string[] {
  const waiting = statuses.filter(({ waitsFor }) => waitsFor.length > 0);
  const newest = (pipeline: string): string =>
    statuses
      .filter((status) => status.pipeline === pipeline && status.run?.status === "SUCCEEDED")
      .reduce((latest, { date }) => (date > latest ? date : latest), "");
  const passed = waiting.filter(({ pipeline, date }) => date < newest(pipeline));
  const lines = waiting
    .filter((status) => !passed.includes(status))
    .flatMap(({ pipeline, date, waitsFor }) => waitsFor.map((what) => `${pipeline} ${date} waits for ${what}`));
  for (const pipeline of new Set(passed.map((status) => status.pipeline))) {
    const dates = passed.filter((status) => status.pipeline === pipeline).map(({ date }) => date);
    const [first] = dates;
    const last = dates[dates.length - 1];
    lines.push(
      dates.length === 1
        ? `${pipeline} ${first}, an earlier date, waits for ${passed.find((each) => each.date === first && each.pipeline === pipeline)?.waitsFor.join("; ")}`
        : `${pipeline}: ${dates.length} earlier dates wait for something (--pipeline ${pipeline} --from ${first} --to ${last} --format json says what)`,
    );
  }
  return lines;
}

/** Headings with their lines, for people: those that have any. */
export function details(statuses: readonly DateStatus[]): { readonly heading: string; readonly lines: string[] }[] {
  const running = statuses.flatMap((status) => status.running);
  const name = ({ pipeline, exec_date, run }: Run): string => `${pipeline} ${exec_date} (run ${run})`;
  const sections = [
    {
      heading: "Running",
      lines: running
        .filter(({ execution }) => execution === "RUNNING")
        .map(({ run, state }) => `${name(run)}: ${state ?? "about to begin"}`),
    },
    {
      heading: "Recorded as running, but their execution is gone (`tributary rerun` makes the date again)",
      lines: running
        .filter(({ execution }) => execution !== "RUNNING")
        .map(({ run, execution }) => `${name(run)}: ${execution ? `ended as ${execution}` : "there is no execution"}`),
    },
    {
      heading: "Waiting",
      lines: waitingLines(statuses),
    },
    {
      heading: "Failed",
      lines: statuses
        .flatMap(({ run, audit }) => [run, audit])
        .flatMap((run) =>
          run?.error ? [`${name(run)} ${run.status.toLowerCase()}: ${run.error.name}: ${run.error.message}`] : [],
        ),
    },
  ];
  return sections.filter(({ lines }) => lines.length > 0);
}

function text(name: string): Column {
  return { name, type: "varchar" };
}

/** What a format prints of statuses. */
export function statusTable(
  statuses: readonly DateStatus[],
  definitions: readonly Pick<PipelineDefinition, "pipeline">[],
  format: Format,
): Rows {
  return format === "table" ? grid(statuses, definitions) : statusRows(statuses);
}
