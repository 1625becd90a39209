/** `tributary ui`: the page of a lake, live on the loopback. */
import { setTimeout as sleep } from "node:timers/promises";
import { withLake } from "../lake/open-lake";
import type { ViewRequest } from "../report/read-view";
import type { Session } from "../session";
import { obey } from "../ui/actions";
import { servePage } from "../ui/server";
import { WatchedLake } from "../ui/watched-lake";

/** Milliseconds between looks at the lake while somebody looks at the page: on this machine, on AWS. */
const HERE = 1500;
const ON_AWS = 15_000;

/** How to serve. */
export interface UiRequest extends ViewRequest {
  readonly port?: number;
}

/** Serves until SIGINT or SIGTERM. */
export async function ui(session: Session, { port, ...request }: UiRequest): Promise<void> {
  const { project, progress, print, warn } = session;
  await withLake(session, async (lake) => {
    const watched = new WatchedLake(lake, project, request);
    await progress.during("Draw the lake", () => watched.html());
    const server = await servePage(
      {
        page: () => watched.html(),
        order: (body, carryOut) => obey(body, carryOut, lake, project),
      },
      port,
    );
    let stopped = false;
    const stopping = new Promise<void>((resolve) => {
      for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
    }).then(() => {
      stopped = true;
    });
    print(`${server.address}#token=${server.token}\n`);
    warn("Open it. The token in it lets the page rerun, backfill and roll back; Ctrl-C ends it.");
    const watching = (async () => {
      while (!stopped) {
        await Promise.race([sleep(project.stage === undefined ? HERE : ON_AWS), stopping]);
        if (stopped || server.listening() === 0) continue;
        try {
          if (await watched.look()) server.tell();
        } catch (error) {
          warn(`The lake cannot be read: ${(error as Error).message}`);
        }
      }
    })();
    await stopping;
    server.close();
    await watching;
    if (lake.runtime)
      await progress.during("Finish what is under way", () => lake.runtime?.whenIdle() ?? Promise.resolve());
  });
}
