/**
 * The fields of JSONata states: Arguments, Output, Assign and expressions elsewhere.
 * Source: developer guide, "Transforming data with JSONata in Step Functions" (transforming-data).
 */
import type { Catcher, ChoiceRule, ChoiceState, MapState, ResultFields, State } from "./definition";
import { type ErrorOutput, StateFailure } from "./failure";
import { evaluateJsonata, expectType, expressionIn, fillJsonata, type JsonataScope } from "./jsonata";
import type { Json, JsonObject } from "./payload";
import type { Finished, NumberField, StateFields, StateScope, TextField } from "./state-fields";

export class JsonataFields implements StateFields {
  constructor(
    private readonly state: State,
    private readonly scope: StateScope,
  ) {}

  async effectiveInput(): Promise<Json> {
    return this.state.Arguments === undefined ? this.scope.input : this.fill(this.state.Arguments, "Arguments");
  }

  async number(field: NumberField): Promise<number | undefined> {
    const value = this.member(field);
    if (value === undefined || typeof value === "number") return value;
    const found = await this.typed(value, field, "number");
    const least = field === "Seconds" || field === "MaxConcurrency" ? 0 : 1;
    if (typeof found !== "number" || !Number.isInteger(found) || found < least || found > 99_999_999) {
      throw new StateFailure(
        "States.QueryEvaluationError",
        `The value ${JSON.stringify(found)} of the field '${field}' is not a whole number from ${least} to 99999999.`,
        { location: field },
      );
    }
    return found;
  }

  async text(field: TextField): Promise<string | undefined> {
    const value = this.member(field);
    return value === undefined ? undefined : ((await this.typed(value, field, "string")) as string);
  }

  async items(state: MapState): Promise<Json[]> {
    if (state.Items === undefined) {
      if (Array.isArray(this.scope.input)) return this.scope.input;
      throw new StateFailure(
        "States.QueryEvaluationError",
        `Map state input must be an array but was: ${JSON.stringify(this.scope.input)}`,
      );
    }
    return (await this.typed(state.Items, "Items", "array")) as Json[];
  }

  async itemInput(state: MapState, item: Json, context: Json): Promise<Json> {
    return state.ItemSelector === undefined ? item : this.fill(state.ItemSelector, "ItemSelector", { context });
  }

  async choose(state: ChoiceState): Promise<ChoiceRule | undefined> {
    for (const [index, rule] of state.Choices.entries()) {
      const { Condition } = rule;
      const field = `Choices[${index}]/Condition`;
      if (Condition === true) return rule;
      if (typeof Condition === "string" && (await this.typed(Condition, field, "boolean")) === true) return rule;
    }
    return undefined;
  }

  finish(fields: ResultFields, result?: Json): Promise<Finished> {
    return this.leave(fields, result === undefined ? {} : { result }, result ?? this.scope.input, "");
  }

  recover(catcher: Catcher, error: ErrorOutput): Promise<Finished> {
    return this.leave(catcher, { errorOutput: error }, error, "Catch/");
  }

  /** Assign and Output both see the variables as they were when the state was entered. */
  private async leave(
    fields: ResultFields,
    results: Partial<JsonataScope["states"]>,
    fallback: Json,
    place: string,
  ): Promise<Finished> {
    const assigned =
      fields.Assign === undefined ? undefined : await this.fill(fields.Assign, `${place}Assign`, results);
    const output = fields.Output === undefined ? fallback : await this.fill(fields.Output, `${place}Output`, results);
    return { output, ...(assigned !== undefined && { assigned: assigned as JsonObject }) };
  }

  private member(field: string): Json | undefined {
    return (this.state as unknown as Readonly<Record<string, Json | undefined>>)[field];
  }

  private async typed(value: Json, field: string, type: string): Promise<Json> {
    const expression = typeof value === "string" ? expressionIn(value) : undefined;
    const found =
      expression === undefined ? await this.fill(value, field) : await evaluateJsonata(expression, field, this.see({}));
    expectType(found, type, expression ?? JSON.stringify(value), field);
    return found;
  }

  private fill(template: Json, field: string, more: Partial<JsonataScope["states"]> = {}): Promise<Json> {
    return fillJsonata(template, field, this.see(more));
  }

  private see(more: Partial<JsonataScope["states"]>): JsonataScope {
    const { input, context, variables, now, random } = this.scope;
    return { states: { input, context, ...more }, variables, now, random };
  }
}
