/**
 * State machine definitions as the interpreter gets them: read (`definition-reader.ts`) and checked (`definition-rules.ts`).
 * Sources: Amazon States Language (states-language.net/spec.html); Step Functions developer guide, "Using Amazon States
 * Language to define Step Functions workflows".
 */
import type { ChoiceTest } from "./choice";
import type { Json } from "./payload";
import type { Retrier } from "./retry";

export type QueryLanguage = "JSONPath" | "JSONata";

/** Members that name the next state; exactly one of them in states that have them. */
interface Transition {
  readonly Next?: string;
  readonly End?: boolean;
}

/** What a state, a choice rule or a catcher says about its result. */
export interface ResultFields {
  readonly Assign?: Json;
  readonly Output?: Json;
  readonly ResultSelector?: Json;
  readonly ResultPath?: string | null;
  readonly OutputPath?: string | null;
}

/** Members that every state may have; the query language is resolved. */
interface CommonFields extends ResultFields {
  readonly QueryLanguage: QueryLanguage;
  readonly InputPath?: string | null;
  readonly Arguments?: Json;
  readonly Parameters?: Json;
}

export interface Catcher extends Pick<ResultFields, "Assign" | "Output" | "ResultPath"> {
  readonly ErrorEquals: readonly string[];
  readonly Next: string;
}

/** States whose work can fail and be retried or caught. */
interface Fallible {
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
}

export interface PassState extends CommonFields, Transition {
  readonly Type: "Pass";
  readonly Result?: Json;
}

export interface TaskState extends CommonFields, Transition, Fallible {
  readonly Type: "Task";
  readonly Resource: string;
  readonly TimeoutSeconds?: number | string;
  readonly TimeoutSecondsPath?: string;
  readonly HeartbeatSeconds?: number | string;
  readonly HeartbeatSecondsPath?: string;
}

export interface ChoiceRule extends ChoiceTest, Pick<ResultFields, "Assign" | "Output"> {
  readonly Next: string;
  readonly Condition?: string | boolean;
}

export interface ChoiceState extends CommonFields {
  readonly Type: "Choice";
  readonly Choices: readonly ChoiceRule[];
  readonly Default?: string;
}

export interface WaitState extends CommonFields, Transition {
  readonly Type: "Wait";
  readonly Seconds?: number | string;
  readonly SecondsPath?: string;
  readonly Timestamp?: string;
  readonly TimestampPath?: string;
}

export interface SucceedState extends CommonFields {
  readonly Type: "Succeed";
}

export interface FailState extends CommonFields {
  readonly Type: "Fail";
  readonly Error?: string;
  readonly ErrorPath?: string;
  readonly Cause?: string;
  readonly CausePath?: string;
}

export interface ParallelState extends CommonFields, Transition, Fallible {
  readonly Type: "Parallel";
  readonly Branches: readonly StateGraph[];
}

export interface MapState extends CommonFields, Transition, Fallible {
  readonly Type: "Map";
  readonly ItemProcessor: StateGraph;
  readonly ItemSelector?: Json;
  readonly Items?: Json;
  readonly ItemsPath?: string;
  readonly MaxConcurrency?: number | string;
  readonly MaxConcurrencyPath?: string;
}

export type State =
  PassState | TaskState | ChoiceState | WaitState | SucceedState | FailState | ParallelState | MapState;

/** States that transition among themselves: a machine, a Parallel branch or a Map's item processor. */
export interface StateGraph {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

/** A whole state machine. */
export interface StateMachineDefinition extends StateGraph {
  readonly Comment?: string;
  readonly QueryLanguage?: QueryLanguage;
  /** Longest run of an execution, in seconds; default none. */
  readonly TimeoutSeconds?: number;
}

/** Something wrong in a definition, as ValidateStateMachineDefinition reports it. */
export interface Diagnostic {
  readonly severity: "ERROR" | "WARNING";
  readonly code: string;
  readonly message: string;
  /** JSON pointer into the definition, or a place in its text; absent if it is no JSON object at all. */
  readonly location?: string;
}
