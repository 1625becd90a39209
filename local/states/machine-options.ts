/**
 * What the state machines of an account are given.
 */
import type { Api, Place } from "../api";
import type { Faults } from "../faults/faults";
import type { Journal } from "../journal";
import type { AssumeRole } from "../sts/service-caller";
import type { StatusChange } from "./status-change";

/** What the state machines need from the runtime. */
export interface StateMachineOptions {
  readonly place: Place;
  /** Where Tasks call services. */
  readonly api: Api;
  readonly journal: Journal;
  /** Default: the clock. */
  readonly now?: () => Date;
  /** How many times faster Wait states and retry intervals pass; default 1. Time limits are never compressed. */
  readonly pace?: number;
  /** Default: `Math.random`. */
  readonly random?: () => number;
  /** Checks that Step Functions may assume a machine's role, when an execution starts. Default: it may. */
  readonly assumeRole?: AssumeRole;
  /** Faults that Tasks meet. Default: none. */
  readonly faults?: Faults;
  /** Told of each start and end of an execution, as EventBridge is. */
  readonly onStatusChange?: (change: StatusChange) => void;
}
