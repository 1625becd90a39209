/** `tributary local run`: plays the upstream for once: lands files, waits for what follows, reports. */
import { CommandError } from "../command-error";
import { deliver } from "../landing/deliver";
import { openOrDeployLake } from "../lake/open-lake";
import { planLanding, withFilesOfFolders } from "../landing/landing";
import type { Control, Delivery } from "../landing/arguments";
import { runTable } from "../runs/run-records";
import type { Session } from "../session";
import { render, type Format } from "../presentation/table";

/** What to land. */
export interface LocalRun {
  readonly deliveries: readonly Delivery[];
  /** Control files to write instead of those that the deliveries call for. */
  readonly controls?: readonly Control[];
  /** Folder below `incoming/`. @default that of the pipeline which registers the file */
  readonly source?: string;
  readonly format: Format;
}

/** Lands and waits. Throws CommandError, after the table of runs, if any run failed or was rejected. */
export async function localRun(session: Session, request: LocalRun): Promise<void> {
  const { project, progress, print, warn, look } = session;
  const deliveries = await withFilesOfFolders(request.deliveries);
  const lake = await openOrDeployLake(project, progress);
  try {
    const plan = planLanding(lake.outputs, deliveries, request);
    const { runs, failures, waiting } = await deliver(lake, plan, progress);
    print(render(runTable(runs, request.format), request.format, look));
    // Not all of a date may have been landed on purpose: that is no failure.
    for (const line of waiting) warn(line);
    if (failures.length > 0) throw new CommandError(failures.join("\n"));
  } finally {
    await lake.close();
  }
}
