/**
 * Plays a recorded execution: the interpreter runs its definition and gets the answers that Tasks got on AWS. What Tasks were
 * asked is compared with the events.
 */
import type { HistoryEvent } from "@aws-sdk/client-sfn";
import { parseDefinition } from "../../../local/states/definition-rules";
import { pacedWait, sleep } from "../../../local/states/clock";
import type { TaskRequest } from "../../../local/states/environment";
import { StateFailure } from "../../../local/states/failure";
import { unsupportedResource } from "../../../local/states/integrations";
import { interpret, type Outcome, type StopReason } from "../../../local/states/execution";
import type { Json } from "../../../local/states/payload";
import { parseResource } from "../../../local/states/task-resource";
import { TaskTokens } from "../../../local/states/task-tokens";
import type { Agreement } from "./agreement";
import { definitionText, type RecordedExecution, type RecordedTask } from "./recordings";
import { inVirtualTime } from "./virtual-time";

/** What came of a recording here. */
export interface Played {
  /** What the runtime says of a definition that it does not take; the execution may have been played all the same. */
  readonly refusal?: string;
  readonly outcome?: Outcome;
  readonly events: readonly HistoryEvent[];
}

export async function playExecution(recording: RecordedExecution, agreement: Agreement): Promise<Played> {
  const text = definitionText(recording.definition);
  const read = parseDefinition(text, unsupportedResource);
  const refusal = read.definition ? undefined : read.diagnostics.map(({ message }) => message).join(" ");
  // A service that is missing here has answers in the recording: the rest of the machine can be played.
  const readable = (resource: string) => (parseResource(resource) ? undefined : "neither function nor service");
  const definition = read.definition ?? parseDefinition(text, readable).definition;
  if (!definition) return { refusal, events: [] };
  const events: HistoryEvent[] = [];
  const start = Date.parse(recording.now ?? "2026-11-27T12:00:00Z");
  const outcome = await inVirtualTime(start, async (now) => {
    const stop = new AbortController();
    const tasks = new RecordedTasks(recording.tasks ?? tasksIn(recording), agreement);
    const { status, error, cause } = recording.recorded;
    const reason: StopReason = { ...(error != null && { error }), ...(typeof cause === "string" && { cause }) };
    // Whoever stopped it did so later than all that happened before.
    if (status === "ABORTED" || recording.unfinished)
      sleep(30_000, stop.signal).then(
        () => stop.abort(reason),
        () => undefined,
      );
    const { input } = recording;
    return interpret(
      definition,
      input,
      { ...recording.execution, startTime: new Date(now()), input },
      {
        task: (request) => tasks.answer(request),
        now: () => new Date(now()),
        wait: pacedWait(),
        random: () => 0.5,
        newToken: (since) => tasks.tokens.create("secret", since),
        record: (type, previousEventId, details) => {
          events.push({ timestamp: new Date(now()), type, id: events.length + 1, previousEventId, ...details });
          return events.length;
        },
        failed: () => undefined,
      },
      stop.signal,
    );
  });
  if (recording.unfinished) return { refusal, events: events.filter(({ type }) => type !== "ExecutionAborted") };
  return { refusal, outcome, events };
}

/** Answers Tasks as they were answered: of two Tasks of one state the one with the same parameters, else the first left. */
class RecordedTasks {
  readonly tokens = new TaskTokens();
  private readonly left: (RecordedTask & { readonly number: number })[];

  constructor(
    tasks: readonly RecordedTask[],
    private readonly agreement: Agreement,
  ) {
    this.left = tasks.map((task, number) => ({ ...task, number }));
  }

  async answer(request: TaskRequest): Promise<Json> {
    const recorded = this.take(request);
    if (!recorded) throw new Error(`No answer was recorded for ${request.state} ${JSON.stringify(request.arguments)}.`);
    const { token, heartbeatSeconds, signal } = request;
    // Answers come in the order of the recording.
    await sleep(recorded.number, signal);
    if (recorded.submitted !== undefined) request.submitted(recorded.submitted);
    if (token !== undefined) {
      const answer = this.tokens.wait(token, "", heartbeatSeconds, signal);
      const { answer: given } = recorded;
      if (given?.output !== undefined) this.tokens.succeed(token, given.output);
      else if (given) this.tokens.fail(token, given.error ?? undefined, text(given.cause));
      return answer;
    }
    if (recorded.answer?.output !== undefined) return recorded.answer.output;
    if (recorded.answer) throw new StateFailure(recorded.answer.error ?? undefined, text(recorded.answer.cause));
    // Nobody answered: the Task's own time, or the execution, ends it.
    return new Promise(() => undefined);
  }

  private take({ state, arguments: asked }: TaskRequest) {
    const same = this.left.filter((task) => task.state === undefined || task.state === state);
    const found = same.find((task) => this.agreement.agree(task.parameters, asked) !== undefined) ?? same[0];
    if (found) this.left.splice(this.left.indexOf(found), 1);
    return found;
  }
}

/** Tasks of a recording that sorted its events: which answer belongs to which is lost. */
function tasksIn({ tasksUnknown, recorded: { events = [] } }: RecordedExecution): RecordedTask[] {
  if (!tasksUnknown) return [];
  const answers: RecordedTask["answer"][] = [];
  for (const { taskSucceededEventDetails: succeeded, taskFailedEventDetails: failed } of events) {
    if (succeeded) answers.push({ output: succeeded.output });
    if (failed) answers.push({ error: failed.error, cause: failed.cause });
  }
  return events
    .flatMap(({ taskScheduledEventDetails: scheduled }) => (scheduled ? [scheduled.parameters] : []))
    .map((parameters, index) => ({ parameters, answer: answers[index] }));
}

function text(cause: Json | undefined): string | undefined {
  if (cause === undefined || cause === null) return undefined;
  return typeof cause === "string" ? cause : JSON.stringify(cause);
}
