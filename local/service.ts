/**
 * What a service is to the runtime, its own and others alike: a name, operations, and what wakes and ends it. How requests reach
 * an operation (its protocol) follows from the name; JSON is spoken to services that are not listed in `http/`.
 */
import type { Api, Operations, Place, ServiceName } from "./api";
import type { Journal } from "./journal";

/** A service, open. */
export interface Service {
  readonly name: ServiceName;
  /** As AWS calls it, e.g. `Amazon SQS`. */
  readonly title: string;
  readonly operations: Operations;
  /** Takes up what an earlier process accepted and did not finish. @default nothing */
  resume?(): void;
  /** Ends timers and processes. @default nothing */
  close?(): Promise<void> | void;
}

/** What a service gets of the runtime around it. */
export interface ServiceWorld {
  /** A folder of its own, for its state; not made yet. */
  readonly folder: string;
  readonly place: Place;
  /** For calls of other services: as whom is for the caller to say. */
  readonly api: Api;
  readonly journal: Journal;
  now(): Date;
}

/**
 * A service that a program or test adds to a runtime.
 *
 * @example
 * const greetings: AddedService = {
 *   name: "greetings",
 *   open: ({ place }) => ({ name: "greetings", title: "Greetings", operations: { Greet: operation({ … }) } }),
 * };
 * await Runtime.open({ folder, addedServices: [greetings] });
 */
export interface AddedService {
  /** Also of its folder. */
  readonly name: ServiceName;
  open(world: ServiceWorld): Service;
}
