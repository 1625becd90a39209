/**
 * An explanation in one English sentence.
 */
import { type Cause, type Explanation, isNegligible } from "./tree";
import { grainText, number, percent, signed, valueText } from "./wording";

/** Units of attributes by attribute name. @example { co2_mass_tons: "tons" } */
export type Units = Readonly<Record<string, string>>;

/** Most causes told of one change. */
const told = 3;

/**
 * The sentence for an explanation, e.g. "For 199601 co2_ton_total fell by 3,659,634 tons because co2_ton_oh fell by the same,
 * because utility_data_oh's 2828 / 1 / 1996-01-01 05:00 co2_mass_tons went from 3,660,000 to 366 (100 %)." `about` says what
 * the row is about, e.g. its period.
 */
export function explanationSentence(explanation: Explanation, about: string, units: Units = {}): string {
  const unit = units[explanation.attribute];
  const change = explanation.change ?? 0;
  const what = `${movement(change)} by ${number(change)}${unit ? ` ${unit}` : ""}`;
  const because = reasons(explanation, " ");
  const rest = restOf(explanation, unit);
  const silent = because || rest ? "" : ", and nothing it is computed from is known to have changed";
  return `For ${about} ${explanation.attribute} ${what}${because}${silent}${rest}.`;
}

/** " because …" for the causes of a change; empty if there are none. */
function reasons(explanation: Explanation, separator: string): string {
  const { causes, notFollowed, further, model } = explanation;
  const followed = notFollowed === null || causes.some(({ contribution }) => contribution !== null);
  if (!followed) return ` (${notFollowed})`;
  if (causes.length === 0 && !model) return "";
  const shown = causes.slice(0, told);
  const hidden = causes.slice(told);
  const rows = hidden.length + further.rows;
  const parts = [
    ...(model ? [`the model changed (${percent(model.contribution, explanation.change)})`] : []),
    ...listed(shown, explanation),
  ];
  if (rows > 0) {
    const amount = hidden.reduce((sum, { contribution }) => sum + (contribution ?? 0), further.contribution);
    parts.push(`${rows.toLocaleString("en-US")} more (${percent(amount, explanation.change)})`);
  }
  return `${separator}because ${joined(parts)}`;
}

function listed(causes: readonly Cause[], above: Explanation): string[] {
  return causes.map((cause, index) => {
    const { source, share, contribution, note } = cause;
    const part = share === null ? "" : ` (${percent(share, 1)})`;
    const beside = note === null ? "" : ` ${note}`;
    if (source.table === above.table) {
      const same = contribution !== null && isNegligible(contribution - (above.change ?? 0), above);
      const amount = same ? "the same" : `${number(source.change ?? 0)}${part}`;
      return `${source.attribute} ${movement(source.change ?? 0)} by ${amount}${reasons(source, ", ")}`;
    }
    const owner = causes.at(index - 1)?.source.table === source.table && index > 0 ? "" : `${source.table}'s `;
    return `${owner}${row(source)}${beside}${reasons(source, ", ")}${part}`;
  });
}

/** What happened to a source row. */
function row({ grain, attribute, current, prior, became }: Explanation): string {
  const name = grainText(grain);
  const single = attribute === "*" ? "" : ` with ${attribute} `;
  if (became === "added") return `${name} came${single && single + valueText(current)}`;
  if (became === "removed") return `${name} went${single && single + valueText(prior)}`;
  return `${name} ${attribute} went from ${valueText(prior)} to ${valueText(current)}`;
}

/** "; … remains unexplained", if it is more than rounding. */
function restOf(explanation: Explanation, unit: string | undefined): string {
  const { unexplained, change } = explanation;
  if (isNegligible(unexplained, explanation)) return "";
  return `; ${signed(unexplained)}${unit ? ` ${unit}` : ""} (${percent(unexplained, change)}) remain unexplained`;
}

function movement(change: number): string {
  return change < 0 ? "fell" : "rose";
}

function joined(parts: readonly string[]): string {
  if (parts.length < 2) return parts.join("");
  return `${parts.slice(0, -1).join(", ")} and ${parts[parts.length - 1]}`;
}
