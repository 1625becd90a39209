/** A number over execution dates, as a line with one date marked. */
import { valueText } from "../audit/explanation/wording";
import { html, type Html } from "./html";

/** A number on a date. */
export interface Dated {
  readonly date: string;
  readonly value: number | null;
}

const WIDTH = 720;
const HEIGHT = 180;
const MARGIN = { left: 16, right: 16, top: 34, bottom: 30 };

/** The line; the same as a table for who does not see it. Dates stand as far apart as they are. */
export function historyLine(history: readonly Dated[], marked: string, words: string): Html {
  const known = history.filter((each): each is { date: string; value: number } => each.value !== null);
  const days = known.map(({ date }) => Date.parse(date));
  const numbers = known.map(({ value }) => value);
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  const [first, last] = [Math.min(...days), Math.max(...days)];
  const x = (date: string): number =>
    last === first
      ? WIDTH / 2
      : MARGIN.left + 40 + ((Date.parse(date) - first) / (last - first)) * (WIDTH - MARGIN.left - MARGIN.right - 80);
  const y = (value: number): number =>
    high === low ? HEIGHT / 2 : MARGIN.top + (1 - (value - low) / (high - low)) * (HEIGHT - MARGIN.top - MARGIN.bottom);
  // A value holds until the next date that differs.
  const steps = known.map(
    ({ date, value }, index) =>
      `${index === 0 ? "M" : `H${x(date).toFixed(1)} V`}${index === 0 ? `${x(date).toFixed(1)} ` : ""}${y(value).toFixed(1)}`,
  );
  const labels = known.filter(
    ({ date }, index) => index === 0 || index === known.length - 1 || date === marked || known.length <= 6,
  );
  // A line that comes from above leaves no room above its end: the number stands before it.
  const label = (date: string, value: number): Html => {
    const before = known[known.findIndex((each) => each.date === date) - 1];
    return before && before.value > value
      ? html`<text class="end" x="${(x(date) - 12).toFixed(1)}" y="${(y(value) + 4).toFixed(1)}"
          >${valueText(String(value))}</text
        >`
      : html`<text x="${x(date).toFixed(1)}" y="${(y(value) - 12).toFixed(1)}">${valueText(String(value))}</text>`;
  };
  return html`<figure class="history">
    <div class="wide" tabindex="0" role="region" aria-label="${words}, drawn">
      <svg
        viewBox="0 0 ${WIDTH} ${HEIGHT}"
        width="${WIDTH}"
        height="${HEIGHT}"
        role="img"
        aria-label="${words} over execution dates, ${known.length} values; a table follows"
      >
        <line
          class="axis"
          x1="${MARGIN.left}"
          x2="${WIDTH - MARGIN.right}"
          y1="${HEIGHT - MARGIN.bottom + 8}"
          y2="${HEIGHT - MARGIN.bottom + 8}"
        />
        ${known.some(({ date }) => date === marked) && html`<line class="marked" x1="${x(marked).toFixed(1)}" x2="${x(marked).toFixed(1)}" y1="16" y2="${HEIGHT - MARGIN.bottom + 8}" />`}
        <path class="line" d="${steps.join(" ")}" />
        ${known.map(({ date, value }) => html`<circle class="${date === marked ? "dot marked" : "dot"}" cx="${x(date).toFixed(1)}" cy="${y(value).toFixed(1)}" r="${date === marked ? 5.5 : 3.5}" />`)}
        ${labels.map(({ date, value }) => html`${label(date, value)}<text class="date" x="${x(date).toFixed(1)}" y="${HEIGHT - 4}">${date}</text>`)}
      </svg>
    </div>
    <details>
      <summary>as a table</summary>
      <table>
        <thead>
          <tr>
            <th scope="col">Date</th>
            <th scope="col" class="n">Value</th>
          </tr>
        </thead>
        <tbody>
          ${history.map(({ date, value }) => html`<tr${date === marked && html` class="marked"`}><th scope="row">${date}</th><td class="n">${value === null ? "NULL" : valueText(String(value))}</td></tr>`)}
        </tbody>
      </table>
    </details>
  </figure>`;
}

/** A small line without words; the numbers stand beside it. */
export function sparkline(numbers: readonly number[]): Html | undefined {
  if (numbers.length < 2) return undefined;
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  const points = numbers.map((value, index) => {
    const x = (index / (numbers.length - 1)) * 96 + 2;
    const y = high === low ? 10 : 18 - ((value - low) / (high - low)) * 16;
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  });
  const [lastX = "98", lastY = "10"] = (points[points.length - 1] ?? "").split(",");
  return html`<svg class="spark" viewBox="0 0 100 20" width="100" height="20" aria-hidden="true">
    <polyline points="${points.join(" ")}" />
    <circle cx="${lastX}" cy="${lastY}" r="2" />
  </svg>`;
}
