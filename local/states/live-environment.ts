/**
 * The environment of executions that run: their Tasks call services, time passes, and events are kept.
 */
import type { Api } from "../api";
import { actingAs, type Faults } from "../faults/faults";
import type { Journal } from "../journal";
import { pacedWait } from "./clock";
import type { Environment } from "./environment";
import type { ExecutionStore, StoredExecution } from "./execution-store";
import { runtimeFailure } from "./failure";
import { performTask } from "./integrations";
import { performUnderFaults } from "./task-faults";
import type { TaskTokens } from "./task-tokens";

/** Most events in one history (Step Functions service quotas). The last one is the end of the execution. */
const HISTORY_LIMIT = 25_000;

/** What the executions of an account have in common. */
interface Surroundings {
  readonly api: Api;
  readonly journal: Journal;
  readonly pace: number | undefined;
  readonly faults: Faults | undefined;
  readonly tokens: TaskTokens;
  readonly store: ExecutionStore;
  readonly now: () => Date;
  readonly random: () => number;
}

/** The environment of an execution whose history ends with the event of that id, 0 for none. */
export function liveEnvironment(
  execution: StoredExecution,
  lastEventId: number,
  { api, journal, pace, faults: plan, tokens, store, now, random }: Surroundings,
): Environment {
  const { executionArn, stateMachineArn, tokenSecret = "" } = execution;
  const role = { principalArn: execution.roleArn };
  const faults = plan?.execution(stateMachineArn.split(":").pop() ?? "", execution.input);
  let events = lastEventId;
  return {
    now,
    wait: pacedWait(pace),
    random,
    newToken: (since) => tokens.create(tokenSecret, since),
    // A Task that is abandoned may still have a job to stop: the runtime is not idle before it has.
    task: (request) => {
      const met = request.resumed ? undefined : faults?.task(request.state, request.attempt, request.item);
      const caller = actingAs(role, met?.actor);
      const context = { api, caller, stateMachineArn, executionArn, tokens };
      return journal.track(performUnderFaults(request, met, (asked) => performTask(asked, context)));
    },
    failed: (state, { error, cause }) => {
      journal.record({ kind: "state-failed", executionArn, state, error: error ?? "", cause: cause ?? "" });
    },
    record: (type, previousEventId, details) => {
      if (events >= HISTORY_LIMIT - 1 && !type.startsWith("Execution")) {
        throw runtimeFailure(`The execution reached the maximum number of history events (${HISTORY_LIMIT}).`);
      }
      events += 1;
      store.append(execution, { timestamp: now(), type, id: events, previousEventId, ...details });
      const { stateEnteredEventDetails: entered, stateExitedEventDetails: exited } = details;
      if (entered?.name !== undefined) journal.record({ kind: "state-entered", executionArn, state: entered.name });
      if (exited?.name !== undefined) journal.record({ kind: "state-exited", executionArn, state: exited.name });
      return events;
    },
  };
}
