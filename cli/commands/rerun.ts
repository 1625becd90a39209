/** `tributary rerun`: runs a date of a pipeline again. */
import { CommandError } from "../command-error";
import { staleDeployment } from "../lake/deployed-models";
import { dependentsOf, pipelineNamed, readDefinitions } from "../lake/definitions";
import type { Lake } from "../lake/lake";
import { withLake } from "../lake/open-lake";
import { cameAfter, newestRun, readReadyInputs, startDate, untilRun } from "../runs/run-date";
import { showRuns } from "../presentation/run-progress";
import { failureLines, manifestKeys, readRuns, runTable, type Run } from "../runs/run-records";
import type { Session } from "../session";
import { untilSettled } from "../runs/await-runs";
import { render, type Format } from "../presentation/table";

/** Milliseconds within which a control file must have started a run. */
const PATIENCE = 180_000;

/** What to run again. */
export interface RerunRequest {
  readonly pipeline: string;
  readonly date: string;
  /** Whether to wait for the pipelines after it, too: they follow in any case. */
  readonly downstream: boolean;
  readonly format: Format;
}

/** Runs and waits. Throws CommandError if files are missing, or after the table of runs if one failed or was rejected. */
export async function rerun(session: Session, { pipeline, date, downstream, format }: RerunRequest): Promise<void> {
  const { progress, print, warn, look } = session;
  await withLake(session, async (lake) => {
    const { s3, runtime, outputs } = lake;
    const definitions = await readDefinitions(lake);
    const definition = pipelineNamed(definitions, pipeline);
    await readReadyInputs(definition, date, lake);
    const stale = await staleDeployment(session.project, lake);
    if (stale) warn(stale);
    const known = await manifestKeys(s3, outputs.assetsBucket);
    const before = await newestRun(lake, pipeline, date);
    const dependents = dependentsOf(definitions, pipeline);
    const stop = runtime && showRuns(runtime.journal, progress);
    const expected = [{ pipeline, date }];
    try {
      await startDate(definition, date, lake);
      if (runtime) await runtime.whenIdle();
      else if (downstream) {
        await progress.during(`Run ${[pipeline, ...dependents].join(", ")} ${date}`, () =>
          untilSettled(lake, definitions, expected, known),
        );
      } else {
        const counts = ({ run }: Run): boolean => cameAfter(run, before);
        await progress.during(`Run ${pipeline} ${date}`, () => untilRun(lake, { pipeline, date }, counts, PATIENCE));
      }
    } finally {
      stop?.();
    }
    const runs = await freshRuns(lake, known);
    if (!runs.some((run) => run.pipeline === pipeline && run.exec_date === date)) {
      throw new CommandError(`The control file of ${pipeline} ${date} was written, but started no run yet.`);
    }
    print(render(runTable(runs, format), format, look));
    const failures = failureLines(runs);
    if (failures.length > 0) throw new CommandError(failures.join("\n"));
    if (dependents.length > 0 && !downstream && !runtime) {
      warn(`${dependents.join(", ")} will follow by themselves: they wait for ${pipeline}'s completion marker.`);
    }
  });
}

async function freshRuns({ s3, outputs }: Lake, known: ReadonlySet<string>): Promise<Run[]> {
  const keys = await manifestKeys(s3, outputs.assetsBucket);
  return readRuns(
    s3,
    outputs.assetsBucket,
    [...keys].filter((key) => !known.has(key)),
  );
}
