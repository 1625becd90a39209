import type { Properties } from "../inputs";

/** A resource, or a part of one: parts with the same type and name make one resource. */
export interface Part {
  readonly type: string;
  /** Physical name, or whatever tells it from others of its type. */
  readonly name: string;
  readonly properties: Properties;
}
