/**
 * Tasks that were under way when the runtime's process ended. A job that was handed over is watched again, and a token is waited
 * for; of any other call nobody knows what it did, as when a connection breaks: it fails with the error of that.
 */
import { watchAthenaQuery } from "./athena-query";
import type { TaskRequest } from "./environment";
import { StateFailure } from "./failure";
import type { CallService } from "./call-service";
import { watchNestedExecution } from "./nested-execution";
import type { Json } from "./payload";

/** What continues a Task needs of its service. */
export interface ResumedService {
  /** The service's name in errors. */
  readonly prefix: string;
  readonly call: CallService;
  readonly look: CallService;
  /** The answer to a token. */
  readonly answer: () => Promise<Json>;
}

/** The result of a Task that goes on; `submitted` is the response with which it was handed over, if it was. */
export async function resumeTask(
  request: TaskRequest,
  submitted: Json | undefined,
  { prefix, call, look, answer }: ResumedService,
): Promise<Json> {
  const { resource, token } = request;
  if (submitted !== undefined && token !== undefined) return answer();
  if (submitted !== undefined && resource.kind === "integration") {
    if (resource.resourceType === "athena") return watchAthenaQuery(call, look, request, submitted);
    if (resource.resourceType === "states" && resource.pattern !== "response")
      return watchNestedExecution(call, look, request, resource.pattern, submitted);
  }
  const cause = "The local runtime's process ended while this call was under way: nobody knows what it did.";
  throw new StateFailure(`${prefix}.SdkClientException`, cause);
}
