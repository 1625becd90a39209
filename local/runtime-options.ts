/** What a runtime can be told when it is opened. */
import type { Place } from "./api";
import type { FaultPlan } from "./faults/plan";
import type { StartProcess } from "./lambda/function-process";
import type { AddedService } from "./service";

/** How to open a runtime. */
export interface RuntimeOptions {
  /** Folder of one stack's state; made if it is not there. What is deployed and its data survive closing. */
  readonly folder: string;
  /** Account and region to play. Default: those of what is deployed there, or of the first graph to be deployed. */
  readonly place?: Place;
  /** Port on 127.0.0.1. Default: any free one. */
  readonly port?: number;
  /** How many times faster than on AWS waits and retries pass. Default: Wait states at 1, retried deliveries at 60. */
  readonly pace?: number;
  /** Default: the clock. */
  readonly now?: () => Date;
  /** Faults that functions, state machines and deliveries meet from the start. Default: none; see `Runtime.faults`. */
  readonly faults?: FaultPlan;
  /**
   * What runs a function's invocations, asked whenever a process is to be started: e.g. an `InProcessFunction`. Default, also
   * where it returns undefined: a process of its own with the function's archive.
   */
  readonly functionProcess?: StartProcess;
  /** Services beside those that are here, e.g. one of yours that a function calls. Default: none. */
  readonly addedServices?: readonly AddedService[];
}
