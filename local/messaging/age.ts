/**
 * How old work is that was accepted: what it waited for counts as long as it would on AWS, though waits pass faster here; what it
 * took to be done counts as it is. So a slow machine ages nothing that a fast one would not.
 */
import { z } from "zod";
import type { Running } from "./pending-work";

/** What accepted work says of its age. */
export const accepted = z.object({
  receivedAt: z.iso.datetime(),
  /** Milliseconds that it has waited so far, at AWS's pace. Work that an earlier version accepted does not say it. */
  waited: z.number().default(0),
});
/** Accepted work. */
export type Accepted = z.infer<typeof accepted>;

/** Seconds. `pace`: how many times faster than on AWS waits pass. */
export function ageOf({ receivedAt, waited }: Accepted, pace: number, now = Date.now()): number {
  return (now - Date.parse(receivedAt) - waited / pace + waited) / 1000;
}

/** Waits, `pace` times shorter than asked, and answers the work as it is then; how long it has waited by then is kept. */
export async function afterWait<T extends Accepted>(
  item: T,
  milliseconds: number,
  pace: number,
  running: Pick<Running<T>, "pause" | "progress">,
): Promise<T> {
  await running.pause(milliseconds / pace);
  const older = { ...item, waited: item.waited + milliseconds };
  running.progress(older);
  return older;
}
