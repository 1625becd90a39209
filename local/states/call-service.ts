/** How the work of a Task calls a service. */
import type { Json } from "./payload";

/** Calls one operation for a Task: arguments and result as the Task has them, errors under the Task's names. */
export type CallService = (operation: string, input: Json) => Promise<Json>;
