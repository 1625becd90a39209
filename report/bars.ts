/** Amounts as bars: SVG, whose widths are attributes, since the page's policy allows no styles of elements. */
import { valueText } from "../audit/explanation/wording";
import { html, type Html } from "./html";
import type { Explanation } from "../audit/explanation/tree";

/** Width of a whole in the units of the drawing. */
const WHOLE = 1000;

/** A part of a whole: where it begins and ends, as shares of the whole. */
export interface Part {
  readonly from: number;
  readonly to: number;
}

/** Shares one after another, each beginning where the one before ended: parts that add up end at the whole. */
export function stacked(shares: readonly number[]): Part[] {
  let at = 0;
  return shares.map((share) => {
    const part = { from: at, to: at + share };
    at = part.to;
    return part;
  });
}

/** Smallest and largest place of parts and of the whole itself. */
export function extent(parts: readonly Part[]): readonly [number, number] {
  const places = [0, 1, ...parts.flatMap(({ from, to }) => [from, to])];
  return [Math.min(...places), Math.max(...places)];
}

/** A bar of one part, on the line of the whole. `words` says what it shows. */
export function partBar(
  { from, to }: Part,
  [least, most]: readonly [number, number],
  words: string,
  look: string,
): Html {
  const scale = (share: number): number => ((share - least) / (most - least)) * WHOLE;
  const [left, right] = [scale(Math.min(from, to)), scale(Math.max(from, to))];
  const width = Math.max(right - left, 4);
  const spoken = words === "" ? html`aria-hidden="true"` : html`role="img" aria-label="${words}"`;
  return html`<svg class="bar ${look}" viewBox="0 0 ${WHOLE} 10" preserveAspectRatio="none" ${spoken}>
    <rect class="whole" x="${round(scale(0))}" y="4" width="${round(scale(1) - scale(0))}" height="2" />
    <rect class="part" x="${round(Math.min(left, WHOLE - width))}" y="0" width="${round(width)}" height="10" rx="0" />
  </svg>`;
}

/** Both values of a change as bars below one another; nothing for what are no numbers. */
export function movementBars(
  { current, prior }: Pick<Explanation, "current" | "prior">,
  before: string,
  now: string,
): Html | undefined {
  const values = [Number(prior ?? 0), Number(current ?? 0)];
  const most = Math.max(...values.map(Math.abs));
  if (!Number.isFinite(most) || most === 0) return undefined;
  const texts = [valueText(prior), valueText(current)];
  return html`<span class="both"
    >${values.map((value, index) => {
      const part = { from: 0, to: Math.abs(value) / most };
      const name = index === 0 ? before : now;
      return html`<span class="n"><span class="label">${name}</span>${texts[index]}</span
        >${partBar(part, [0, 1], "", index === 0 ? "before" : "now")}`;
    })}</span
  >`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
