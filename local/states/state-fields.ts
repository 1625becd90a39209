/**
 * What a state reads from its definition at run time, whichever query language it is written in: its effective input,
 * numbers and texts, and its output and variables.
 */
import type { Catcher, ChoiceRule, ChoiceState, MapState, ResultFields } from "./definition";
import type { ErrorOutput } from "./failure";
import type { Json, JsonObject } from "./payload";

/** What an expression or path of a state can see, apart from results. */
export interface StateScope {
  /** The state's raw input. */
  readonly input: Json;
  /** The context object: `$$` in JSONPath, `$states.context` in JSONata. */
  readonly context: Json;
  readonly variables: JsonObject;
  readonly now: Date;
  readonly random: () => number;
}

/** What a state leaves behind. */
export interface Finished {
  readonly output: Json;
  readonly assigned?: JsonObject;
}

/** Fields whose value is a whole number, or an expression or path that yields one. */
export type NumberField = "TimeoutSeconds" | "HeartbeatSeconds" | "Seconds" | "MaxConcurrency";

/** Fields whose value is a text, or an expression or path that yields one. */
export type TextField = "Timestamp" | "Error" | "Cause";

/** One state's fields, evaluated. Every method throws a StateFailure if an expression or path fails. */
export interface StateFields {
  /** What the state's work gets: InputPath and Parameters, or Arguments. */
  effectiveInput(): Promise<Json>;
  /** A number, or undefined if the field is absent. */
  number(field: NumberField): Promise<number | undefined>;
  text(field: TextField): Promise<string | undefined>;
  /** The items of a Map. */
  items(state: MapState): Promise<Json[]>;
  /** The input of one iteration; `context` has the item under `Map.Item`. */
  itemInput(state: MapState, item: Json, context: Json): Promise<Json>;
  /** The first rule that holds, or undefined. */
  choose(state: ChoiceState): Promise<ChoiceRule | undefined>;
  /** Output and variables of a state whose work gave `result`; without a result, of one that only passes its input on. */
  finish(fields: ResultFields, result?: Json): Promise<Finished>;
  /** Output and variables after a catcher took over. */
  recover(catcher: Catcher, error: ErrorOutput): Promise<Finished>;
}
