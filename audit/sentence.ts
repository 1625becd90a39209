/**
 * An explanation in one English sentence.
 */
import type { AuditChange } from "./audit-change";
import { type Contribution, type Explanation, inPeriod } from "./explanation";
import type { Lineage } from "./lineage";

/**
 * The sentence for an explanation, e.g. "For 1996-01 co2_ton_total fell by 3,659,634 tons because co2_ton_oh fell by the
 * same, because utility_data_oh's 2828 / 1 / 1996-01-01 05:00 co2_mass_tons went from 3,660,000 to 366 (100 %)."
 * `units` are the units of attributes by name.
 */
export function explanationSentence(explanation: Explanation, units: Lineage["units"] = {}): string {
  const { change, span } = explanation;
  const period = inPeriod(change.period, span);
  const unit = units[change.attribute];
  const what = `${movement(change.delta ?? 0)} by ${number(change.delta ?? 0)}${unit ? ` ${unit}` : ""}`;
  const start = `${period === null ? "" : `For ${period} `}${change.attribute} ${what}`;
  const because = reasons(explanation, " ");
  const rest = restOf(explanation, unit);
  return `${start}${because || (rest ? "" : ", and nothing it is computed from is known to have changed")}${rest}.`;
}

/** " because …" for the causes of a change; empty if there are none. */
function reasons(explanation: Explanation, separator: string): string {
  if (explanation.causes.length === 0) return "";
  const shown = explanation.causes.map((cause) => reason(cause, explanation));
  return `${separator}because ${listed(shown)}`;
}

function reason(cause: Contribution, result: Explanation): string {
  const [first] = cause.changes;
  if (cause.table === result.change.table && cause.changes.length === 1) {
    return step(first, result);
  }
  const source = `${cause.table}'s `;
  const rows = cause.changes.map((each) => `${row(each.change)}${reasons(each, ", ")} (${percent(each.share)})`);
  if (cause.further > 0) {
    const shown = cause.changes.reduce((total, each) => total + each.share, 0);
    rows.push(`${cause.further.toLocaleString("en-US")} more (${percent(cause.share - shown)})`);
  }
  return source + listed(rows);
}

/** A step on the way: an attribute of the same row. */
function step(cause: Explanation, result: Explanation): string {
  const { change } = cause;
  const same = Math.abs((change.delta ?? 0) - (result.change.delta ?? 0)) <= negligible(result);
  const amount = same ? "the same" : `${number(change.delta ?? 0)} (${percent(cause.share)})`;
  return `${change.attribute} ${movement(change.delta ?? 0)} by ${amount}${reasons(cause, ", ")}`;
}

/** What happened to a source row. */
function row(change: AuditChange): string {
  const grain = change.grain.map(({ value }) => grainValue(value)).join(" / ");
  switch (change.type) {
    case "changed":
      return `${grain} ${change.attribute} went from ${value(change.prior)} to ${value(change.current)}`;
    case "added":
      return `${grain} came with ${change.attribute} ${value(change.current)}`;
    case "removed":
      return `${grain} went with ${change.attribute} ${value(change.prior)}`;
    case "duplicate":
      return `${grain} stands more than once and changed ${change.attribute} by ${signed(change.delta ?? 0)}`;
  }
}

/** "; … remains unexplained", if it is more than rounding. */
function restOf(explanation: Explanation, unit: string | undefined): string {
  const rest = explanation.unexplained;
  if (explanation.causes.length === 0 || Math.abs(rest) <= negligible(explanation)) return "";
  const share = explanation.change.delta ? rest / explanation.change.delta : 0;
  return `; ${signed(rest)}${unit ? ` ${unit}` : ""} (${percent(share)}) remain unexplained`;
}

/** What may be lost when sums are kept as floats: a few units in the last of their 24 bits. */
function negligible({ change }: Explanation): number {
  const largest = Math.max(Math.abs(Number(change.current ?? 0)), Math.abs(Number(change.prior ?? 0)));
  return (Number.isFinite(largest) ? largest : 0) * 2.5e-7 + Math.abs(change.delta ?? 0) * 1e-9;
}

function movement(delta: number): string {
  return delta < 0 ? "fell" : "rose";
}

function number(value: number): string {
  const size = Math.abs(value);
  // Of small numbers the first digits count, of others the thousandths at most.
  return size > 0 && size < 1
    ? size.toLocaleString("en-US", { maximumSignificantDigits: 4 })
    : size.toLocaleString("en-US", { maximumFractionDigits: 3 });
}

function signed(value: number): string {
  return `${value < 0 ? "−" : "+"}${number(value)}`;
}

/** A share as a percentage: whole, but never rounded to 0 or 100 from afar. */
function percent(share: number): string {
  const exact = share * 100;
  const near = Math.abs(exact - Math.round(exact)) < 0.005 || (Math.abs(exact) >= 1 && Math.abs(exact) < 99);
  return `${exact.toLocaleString("en-US", { maximumFractionDigits: near ? 0 : 2 }).replace("-0", "0")} %`;
}

function value(text: string | null): string {
  if (text === null) return "nothing";
  const read = Number(text);
  if (text.trim() === "" || !Number.isFinite(read)) return text;
  return `${read < 0 ? "−" : ""}${number(read)}`;
}

/** A value that identifies a row; a timestamp without the seconds and fractions that are zero. */
function grainValue(text: string | null): string {
  if (text === null) return "NULL";
  const timestamp = /^(\d{4}-\d{2}-\d{2} \d{2}:\d{2})(:\d{2})\.0+$/.exec(text);
  if (!timestamp) return text;
  return timestamp[1] + (timestamp[2] === ":00" ? "" : timestamp[2]);
}

function listed(parts: readonly string[]): string {
  if (parts.length < 2) return parts.join("");
  return `${parts.slice(0, -1).join(", ")} and ${parts[parts.length - 1]}`;
}
