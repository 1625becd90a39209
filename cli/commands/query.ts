/** `tributary query "<Athena SQL>"`: answers from the lake as it stands. */
import { setTimeout as sleep } from "node:timers/promises";
import { runQuery } from "../lake/query";
import { withLake } from "../lake/lake";
import type { Session } from "../session";
import { render, type Format, type Rows } from "../presentation/table";

/** Times that a query is put to another process's runtime before it is given up. */
const ATTEMPTS = 5;

/** Runs one statement and prints its result. Throws CommandError with Athena's message if it fails. */
export async function query(session: Session, sql: string, format: Format): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      session.print(render(await ask(session, sql), format, session.look));
      return;
    } catch (error) {
      // The runtime belonged to a command that has just ended: the next one to look finds another, or opens its own.
      if ((error as NodeJS.ErrnoException).code !== "ECONNREFUSED" || attempt === ATTEMPTS) throw error;
      await sleep(attempt * 100);
    }
  }
}

function ask(session: Session, sql: string): Promise<Rows> {
  return withLake(session, (lake) => runQuery(lake.athena, lake.outputs.workgroup, sql));
}
