/** Two versions of a statement, line by line. */
import { html, type Html } from "./html";
import { sqlSpans } from "./sql-text";

/** A line of a difference. */
export interface DifferenceLine {
  readonly kind: "same" | "gone" | "new";
  readonly text: string;
}

/** Most lines of a statement that are compared one by one; of longer ones all lines are gone and new. */
const COMPARED = 2000;
/** Lines around a difference. */
const AROUND = 3;

/** What became of each line: pure, by the longest common subsequence. */
export function differenceOf(prior: string, current: string): DifferenceLine[] {
  const [before, now] = [prior.replace(/\n$/, "").split("\n"), current.replace(/\n$/, "").split("\n")];
  if (before.length > COMPARED || now.length > COMPARED) {
    return [
      ...before.map((text) => ({ kind: "gone" as const, text })),
      ...now.map((text) => ({ kind: "new" as const, text })),
    ];
  }
  const width = now.length + 1;
  const lengths = new Uint16Array((before.length + 1) * width);
  for (let i = before.length - 1; i >= 0; i -= 1) {
    for (let j = now.length - 1; j >= 0; j -= 1) {
      lengths[i * width + j] =
        before[i] === now[j]
          ? (lengths[(i + 1) * width + j + 1] ?? 0) + 1
          : Math.max(lengths[(i + 1) * width + j] ?? 0, lengths[i * width + j + 1] ?? 0);
    }
  }
  const lines: DifferenceLine[] = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < now.length) {
    if (i < before.length && j < now.length && before[i] === now[j]) {
      lines.push({ kind: "same", text: before[i] ?? "" });
      i += 1;
      j += 1;
    } else if (
      i < before.length &&
      (j >= now.length || (lengths[(i + 1) * width + j] ?? 0) >= (lengths[i * width + j + 1] ?? 0))
    ) {
      lines.push({ kind: "gone", text: before[i] ?? "" });
      i += 1;
    } else {
      lines.push({ kind: "new", text: now[j] ?? "" });
      j += 1;
    }
  }
  return lines;
}

const signs: Readonly<Record<DifferenceLine["kind"], readonly [string, string]>> = {
  same: [" ", ""],
  gone: ["−", "gone: "],
  new: ["+", "new: "],
};

/** The difference, with a few lines around each. */
export function sqlDifference(prior: string, current: string, priorName: string, currentName: string): Html {
  const lines = differenceOf(prior, current);
  const near = lines.map((_, index) =>
    lines.slice(Math.max(0, index - AROUND), index + AROUND + 1).some(({ kind }) => kind !== "same"),
  );
  return html`<p class="muted"><span aria-hidden="true">−</span> ${priorName} <span aria-hidden="true">+</span> ${currentName}</p>
    <pre class="sql difference" tabindex="0"><code>${lines.map((line, index) => {
      if (near[index]) return differenceLine(line);
      return near[index - 1] || index === 0 ? html`<span class="same muted">  ⋯</span>` : undefined;
    })}</code></pre>`;
}

/** A line is a block: it needs no line break, which would be shown as a further one. */
function differenceLine({ kind, text }: DifferenceLine): Html {
  const [sign, words] = signs[kind];
  return html`<span class="${kind}"><span aria-hidden="true">${sign} </span>${words && html`<span class="unseen">${words}</span>`}${sqlSpans(text)}</span>`;
}
