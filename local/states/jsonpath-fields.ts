/**
 * The fields of JSONPath states: InputPath, Parameters, ResultSelector, ResultPath, OutputPath, and `…Path` members.
 * Sources: Amazon States Language, "Input and Output Processing"; developer guide, "Processing input and output".
 */
import { holds } from "./choice";
import type { Catcher, ChoiceRule, ChoiceState, MapState, ResultFields, State } from "./definition";
import { type ErrorOutput, runtimeFailure } from "./failure";
import { findPath, type PathRoots, readPath, writePath } from "./jsonpath";
import { fillTemplate, readExpression } from "./payload-template";
import type { Json, JsonObject } from "./payload";
import type { Finished, NumberField, StateFields, StateScope, TextField } from "./state-fields";

export class JsonPathFields implements StateFields {
  constructor(
    private readonly state: State,
    private readonly scope: StateScope,
  ) {}

  async effectiveInput(): Promise<Json> {
    const input = this.selectedInput();
    return this.state.Parameters === undefined ? input : this.fill(this.state.Parameters, input);
  }

  async number(field: NumberField): Promise<number | undefined> {
    const fixed = this.member(field);
    if (typeof fixed === "number") return fixed;
    const path = this.member(`${field}Path`);
    if (typeof path !== "string") return undefined;
    const roots = this.roots(this.selectedInput());
    const found = field === "Seconds" ? findPath(path, roots) : readPath(path, roots);
    if (found === undefined)
      throw runtimeFailure(`The ${field}Path parameter does not reference an input value: ${path}`);
    // Seen in recorded runs: digits in a string are a number too.
    const value = typeof found === "string" && /^-?\d+$/.test(found) ? Number(found) : found;
    if (typeof value !== "number" || !Number.isInteger(value)) {
      const text = typeof value === "string" ? value : JSON.stringify(value);
      throw runtimeFailure(
        field === "Seconds"
          ? `The SecondsPath parameter cannot be parsed as a long value: ${path} == ${text}`
          : `The ${field}Path field refers to value "${text}" which is not a valid integer: ${path}`,
      );
    }
    const least = field === "Seconds" || field === "MaxConcurrency" ? 0 : 1;
    if (value < least || value > 99_999_999) {
      throw runtimeFailure(`The ${field}Path parameter references a value out of range: ${path} == ${value}`);
    }
    return value;
  }

  async text(field: TextField): Promise<string | undefined> {
    const fixed = this.member(field);
    if (typeof fixed === "string") return fixed;
    const path = this.member(`${field}Path`);
    if (typeof path !== "string") return undefined;
    const value = readExpression(path, `${field}Path`, this.roots(this.selectedInput()), this.scope.random);
    if (typeof value === "string") return value;
    throw runtimeFailure(`The ${field}Path parameter does not reference a string: ${path} == ${JSON.stringify(value)}`);
  }

  async items(state: MapState): Promise<Json[]> {
    const path = state.ItemsPath ?? "$";
    const items = readPath(path, this.roots(this.selectedInput()), "ItemsPath");
    if (Array.isArray(items)) return items;
    throw runtimeFailure(`Reference path "${path}" must point to array.`);
  }

  async itemInput(state: MapState, item: Json, context: Json): Promise<Json> {
    if (state.ItemSelector === undefined) return item;
    return fillTemplate(state.ItemSelector, { ...this.roots(this.selectedInput()), context }, this.scope.random);
  }

  async choose(state: ChoiceState): Promise<ChoiceRule | undefined> {
    const roots = this.roots(this.selectedInput());
    return state.Choices.find((rule) => holds(rule, roots));
  }

  /** ResultSelector, then Assign (`$` is the selected result), then ResultPath into the raw input, then OutputPath. */
  async finish(fields: ResultFields, result?: Json): Promise<Finished> {
    if (result === undefined) {
      const input = this.selectedInput();
      return { output: this.output(input), ...this.assigned(fields.Assign, input) };
    }
    const selected = fields.ResultSelector === undefined ? result : this.fill(fields.ResultSelector, result);
    const combined = place(this.scope.input, fields.ResultPath, selected);
    return { output: this.output(combined), ...this.assigned(fields.Assign, selected) };
  }

  async recover(catcher: Catcher, error: ErrorOutput): Promise<Finished> {
    return { output: place(this.scope.input, catcher.ResultPath, error), ...this.assigned(catcher.Assign, error) };
  }

  /** The input after InputPath; null stands for no input at all, which the language writes as {}. */
  private selectedInput(): Json {
    const path = this.state.InputPath;
    if (path === null) return {};
    return path === undefined ? this.scope.input : readPath(path, this.roots(this.scope.input));
  }

  private output(value: Json): Json {
    const path = this.state.OutputPath;
    if (path === null) return {};
    return path === undefined ? value : readPath(path, this.roots(value));
  }

  private assigned(template: Json | undefined, input: Json): { assigned?: JsonObject } {
    return template === undefined ? {} : { assigned: this.fill(template, input) as JsonObject };
  }

  private fill(template: Json, input: Json): Json {
    return fillTemplate(template, this.roots(input), this.scope.random);
  }

  private roots(input: Json): PathRoots {
    return { input, context: this.scope.context, variables: this.scope.variables };
  }

  private member(field: string): Json | undefined {
    return (this.state as unknown as Readonly<Record<string, Json | undefined>>)[field];
  }
}

function place(input: Json, path: string | null | undefined, result: Json): Json {
  if (path === null) return input;
  return path === undefined ? result : writePath(input, path, result);
}
