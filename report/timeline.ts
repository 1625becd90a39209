/** The states of a run over time, as bars below one another. */
import { formatDuration } from "./amounts";
import { html, type Html } from "./html";
import type { RunView, StateSpan } from "./view";

const WIDTH = 1000;
/** Share of a run below which a state is short, and how many of them are folded away. */
const SHORT = 1 / 50;
const FOLDED = 5;

/** The timeline; a state that failed is marked with a sign. */
export function timeline({ states, started, ended }: Pick<RunView, "states" | "started" | "ended">): Html {
  const begin = Math.min(Date.parse(started), ...states.map(({ entered }) => Date.parse(entered)));
  const end = Math.max(
    ...[ended ?? started, ...states.map(({ exited, entered }) => exited ?? entered)].map((time) => Date.parse(time)),
    begin + 1,
  );
  const scale = (time: number): number => Math.round(((time - begin) / (end - begin)) * WIDTH * 10) / 10;
  const took = ({ entered, exited }: StateSpan): number =>
    (exited === undefined ? end : Date.parse(exited)) - Date.parse(entered);
  const table = (shown: readonly StateSpan[], name: string): Html =>
    html`<div class="wide" tabindex="0" role="region" aria-label="${name}">
      <table class="timeline">
        <thead>
          <tr>
            <th scope="col">State</th>
            <th scope="col" class="n">Took</th>
            <th scope="col">
              <span class="axis"><span>0 s</span><span>${formatDuration(end - begin)}</span></span>
            </th>
          </tr>
        </thead>
        <tbody>
          ${shown.map((state) => stateRow(state, scale, end))}
        </tbody>
      </table>
    </div>`;
  const long = states.filter(
    (state) => state.failures.length > 0 || state.exited === undefined || took(state) >= (end - begin) * SHORT,
  );
  const folded = states.length - long.length;
  if (folded < FOLDED) return table(states, "States");
  return html`${table(long, "States that took long")}
    <details>
      <summary>All ${states.length} states: ${folded} took less than a fiftieth of the run each</summary>
      ${table(states, "All states")}
    </details>`;
}

function stateRow({ name, entered, exited, failures }: StateSpan, scale: (time: number) => number, end: number): Html {
  const [from, to] = [Date.parse(entered), exited === undefined ? end : Date.parse(exited)];
  const [left, right] = [scale(from), scale(to)];
  const width = Math.max(right - left, 5);
  const failed = failures.length > 0 && exited === undefined;
  const look = failed ? "bad" : failures.length > 0 ? "wait" : exited === undefined ? "run" : "good";
  return html`<tr>
    <th scope="row">
      ${name}${failures.map(({ text }, index) => html`<small class="failure">${index < failures.length - 1 || !failed ? "↻ tried again: " : "✕ "}${text}</small>`)}
    </th>
    <td class="n">${exited === undefined ? "–" : formatDuration(to - from)}</td>
    <td class="span">
      <svg class="bar ${look}" viewBox="0 0 ${WIDTH} 10" preserveAspectRatio="none" aria-hidden="true">
        <rect class="part" x="${Math.min(left, WIDTH - width)}" y="1" width="${width}" height="8" />
        ${failures.map(({ at }) => html`<rect class="tick" x="${Math.min(scale(Date.parse(at)), WIDTH - 3)}" y="0" width="3" height="10" />`)}
      </svg>
    </td>
  </tr>`;
}
