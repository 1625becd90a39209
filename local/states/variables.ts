/**
 * Workflow variables and their scopes.
 * Source: Step Functions developer guide, "Passing data between states with variables" (workflow-variables).
 */
import { StateFailure } from "./failure";
import { type Json, type JsonObject, PAYLOAD_LIMIT, payloadBytes, VARIABLES_LIMIT } from "./payload";

/**
 * The variables of one scope: the machine, one Parallel branch or one Map iteration. An inner scope reads those of the
 * scopes around it and assigns only its own; what it assigned is gone when it ends.
 */
export class Variables {
  private readonly own = new Map<string, Json>();
  private bytes = 0;

  constructor(private readonly outer?: Variables) {}

  /** All variables visible here, by name without the `$`. */
  visible(): JsonObject {
    return { ...this.outer?.visible(), ...Object.fromEntries(this.own) };
  }

  /** Assigns all of `values` at once. Throws `States.DataLimitExceeded` over 256 KiB a state or 10 MiB in all. */
  assign(values: JsonObject, state: string): void {
    const exceeded = (limit: string) =>
      new StateFailure("States.DataLimitExceeded", `The variables assigned in the state '${state}' exceed ${limit}.`);
    if (payloadBytes(values) > PAYLOAD_LIMIT) throw exceeded(`the limit of ${PAYLOAD_LIMIT} bytes for one state`);
    for (const [name, value] of Object.entries(values)) {
      const before = this.own.get(name);
      this.bytes += payloadBytes(value) - (before === undefined ? 0 : payloadBytes(before));
      this.own.set(name, value);
    }
    if (this.bytes > VARIABLES_LIMIT) throw exceeded(`the limit of ${VARIABLES_LIMIT} bytes for all variables`);
  }

  /** A scope inside this one. */
  inner(): Variables {
    return new Variables(this);
  }
}
