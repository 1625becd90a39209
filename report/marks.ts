/** States in the page: each has a sign and a word, so that its colour says nothing alone. */
import { html, type Html } from "./html";
import type { CellState } from "./view";

/** How a state looks: its class, its sign. */
interface Mark {
  readonly look: "good" | "bad" | "wait" | "run" | "quiet";
  readonly sign: string;
}

const marks: Readonly<Record<CellState, Mark>> = {
  succeeded: { look: "good", sign: "✓" },
  running: { look: "run", sign: "▶" },
  waiting: { look: "wait", sign: "…" },
  failed: { look: "bad", sign: "✕" },
  rejected: { look: "bad", sign: "⊘" },
  lost: { look: "bad", sign: "?" },
  skipped: { look: "quiet", sign: "↷" },
  superseded: { look: "quiet", sign: "⇡" },
  "not due": { look: "quiet", sign: "·" },
  "-": { look: "quiet", sign: "·" },
};

/** The mark of a state. */
export function markOf(state: CellState): Mark {
  return marks[state];
}

/** The state of a recorded status, e.g. of `SUCCEEDED`. */
export function stateOf(status: string): CellState {
  const word = status.toLowerCase();
  return word in marks ? (word as CellState) : "-";
}

/** The word for people: `-` is nothing. */
export function wordOf(state: CellState): string {
  return state === "-" ? "nothing" : state;
}

/** Sign and word. */
export function badge(state: CellState): Html {
  const { look, sign } = markOf(state);
  return html`<span class="badge ${look}"><span aria-hidden="true">${sign}</span> ${wordOf(state)}</span>`;
}

/** How to end something: sign and words of whether checks hold. */
export function verdict(look: Mark["look"], sign: string, words: string): Html {
  return html`<span class="badge ${look}"><span aria-hidden="true">${sign}</span> ${words}</span>`;
}

/** A moment: UTC, beside which the page's script writes the reader's own time. */
export function moment(iso: string): Html {
  const text = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}(:\d{2})?)/.exec(iso);
  return html`<time datetime="${iso}">${text ? `${text[1]} ${text[2]} UTC` : iso}</time>`;
}
