/** What `explain` is asked, as it stands on the command line. */
import { InvalidArgumentError } from "commander";
import { isExecDate } from "../../audit/exec-date";
import { usageError } from "../command-error";

/** The formats that `--format` takes. */
export const EXPLANATION_FORMATS = ["tree", "json", "markdown"] as const;
export type ExplanationFormat = (typeof EXPLANATION_FORMATS)[number];

/** Options of the command, read. */
export interface ExplainOptions {
  readonly table: string;
  readonly date: string;
  readonly attribute?: string;
  readonly key: readonly (readonly [string, string])[];
  readonly depth: number;
  readonly top: number;
  readonly changes: number;
  readonly format: ExplanationFormat;
}

/** Reads `<column>=<value>`. Throws a usage error. */
export function parseKey(text: string): readonly [string, string] {
  const at = text.indexOf("=");
  if (at < 1) throw usageError(`--key ${text}: expected <column>=<value>, e.g. record_month=199601.`);
  return [text.slice(0, at), text.slice(at + 1)];
}

/** Reads `<table>=<condition>`. Throws a usage error. */
export function parseWhere(text: string): readonly [string, string] {
  const [, table, condition] = /^(\w+)=(.*\S.*)$/s.exec(text) ?? [];
  if (condition !== undefined) return [table, condition];
  throw usageError(`--where ${text}: expected <table>=<condition>, e.g. "utility_data_oh=plant_id_eia = 2828".`);
}

/** Reads an execution date. */
export function parseDate(text: string): string {
  if (!isExecDate(text)) throw new InvalidArgumentError("expected a date that exists, YYYY-MM-DD.");
  return text;
}

/** Reads a number of things. */
export function parseCount(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > 1000) throw new InvalidArgumentError("expected 1 to 1000.");
  return number;
}

/** Reads a port. */
export function parsePort(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 0 || number > 65_535)
    throw new InvalidArgumentError("expected 0 to 65535.");
  return number;
}

/** Reads a repeatable option with a reader of single values. */
export function collect<T>(read: (text: string) => T): (text: string, before: T[] | undefined) => T[] {
  return (text, before) => [...(before ?? []), read(text)];
}
