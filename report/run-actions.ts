/** What a live page offers to do with a run. */
import { html, type Html } from "./html";
import type { LakeView, RunView } from "./view";

/** Buttons that the page's script shows where there is someone to take orders. */
export function runActions(run: RunView, view: LakeView): Html {
  const { pipeline, date } = run;
  return html`<button type="button" class="act" hidden data-act="rerun" data-pipeline="${pipeline}" data-date="${date}">
      Rerun…
    </button>
    ${
      isOneOfSeveral(run, view) &&
      html`<button type="button" class="act" hidden data-act="rollback" data-pipeline="${pipeline}" data-date="${date}" data-run="${run.run}">
        Roll back to it…
      </button>`
    }`;
}

/** Whether a run brought data of a date that has that of another, too: an audit made again, with a dot in its id, brings none. */
function isOneOfSeveral({ pipeline, date, run, status }: RunView, { runs }: LakeView): boolean {
  const brings = (id: string): boolean => !id.includes(".");
  if (status !== "SUCCEEDED" || !brings(run)) return false;
  return runs.some((each) => each.pipeline === pipeline && each.date === date && each.run !== run && brings(each.run));
}
