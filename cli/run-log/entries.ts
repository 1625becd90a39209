/** What is told of a run, line by line: pure. */
import type { HistoryEvent } from "@aws-sdk/client-sfn";
import { z } from "zod";

/** Something that happened in a run. */
export interface LogEntry {
  readonly time: Date;
  /** Who says so: `states`, or a function's name. */
  readonly from: string;
  readonly level: "info" | "error";
  readonly text: string;
}

/** The events of a history that people read: states entered, what failed and is tried again, how it ended. */
export function historyEntries(events: readonly HistoryEvent[]): LogEntry[] {
  return events.flatMap((event): LogEntry[] => {
    const found = describe(event);
    return found ? [{ time: event.timestamp ?? new Date(0), from: "states", ...found }] : [];
  });
}

function describe(event: HistoryEvent): Pick<LogEntry, "level" | "text"> | undefined {
  const { type = "" } = event;
  if (event.stateEnteredEventDetails) return { level: "info", text: event.stateEnteredEventDetails.name ?? "" };
  if (type === "TaskSubmitted") return undefined;
  const failure = failureOf(event);
  if (failure) return { level: "error", text: [spaced(type), failure.error, failure.cause].filter(Boolean).join(": ") };
  if (/^Execution/.test(type)) return { level: "info", text: spaced(type) };
  return undefined;
}

/** The error of any event that has one: each kind keeps it under a name of its own. */
function failureOf(event: HistoryEvent): { readonly error?: string; readonly cause?: string } | undefined {
  if (!/(Failed|TimedOut|Aborted)$/.test(event.type ?? "")) return undefined;
  const details = Object.values(event).find((value): value is { error?: string; cause?: string } => {
    return typeof value === "object" && value !== null && ("error" in value || "cause" in value);
  });
  return { error: details?.error, cause: causeMessage(details?.cause) };
}

/** A function's error is JSON with its message inside. */
function causeMessage(cause: string | undefined): string | undefined {
  const read = z.object({ errorMessage: z.string() }).safeParse(parseJson(cause ?? ""));
  return read.success ? read.data.errorMessage : cause;
}

/** `TaskTimedOut` as `Task timed out`. */
function spaced(type: string): string {
  return type.replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

const logLine = z.looseObject({ level: z.string(), message: z.string() });

/** What every line of a run carries and its heading says already. */
const SAID = ["level", "message", "pipeline", "exec_date", "run", "executions", "started"];

/** One line of a function's log: its message and what it says besides. */
export function functionEntry(functionName: string, time: Date, line: string): LogEntry {
  const read = logLine.safeParse(parseJson(line.slice(Math.max(0, line.indexOf("{")))));
  if (!read.success) return { time, from: functionName, level: "info", text: line.trim() };
  const { level, message, ...more } = read.data;
  const details = Object.entries(more)
    .filter(([name, value]) => !SAID.includes(name) && value !== undefined)
    .map(([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`);
  return {
    time,
    from: functionName,
    level: level === "error" ? "error" : "info",
    text: [message, ...details].join("  "),
  };
}

/** Entries in order of time; of one moment, the state machine's first. */
export function inTime(entries: readonly LogEntry[]): LogEntry[] {
  const rank = ({ from }: LogEntry): number => (from === "states" ? 0 : 1);
  return [...entries].sort((a, b) => a.time.getTime() - b.time.getTime() || rank(a) - rank(b));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
