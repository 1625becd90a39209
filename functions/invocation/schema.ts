/**
 * Readers of untrusted JSON: events, task inputs, configuration objects. They are a few lines of our own because a schema
 * library would be most of what a function ships.
 */
import { fault } from "./fault";

/** Reads one value; `path` says where it stands, e.g. `detail.object.key`. Throws `ConfigurationInvalid`. */
export type Reader<T> = (value: unknown, path: string) => T;

/** The type that a reader yields. */
export type Shape<R> = R extends Reader<infer T> ? T : never;

function expected(what: string, value: unknown, path: string): Error {
  const found = value === undefined ? "nothing" : JSON.stringify(value).slice(0, 80);
  return fault("ConfigurationInvalid", `${path || "input"}: expected ${what}, found ${found}.`);
}

/** A string. */
export const text: Reader<string> = (value, path) => {
  if (typeof value !== "string") throw expected("a string", value, path);
  return value;
};

/** A finite number. */
export const number: Reader<number> = (value, path) => {
  if (typeof value !== "number" || !Number.isFinite(value)) throw expected("a number", value, path);
  return value;
};

/** True or false. */
export const flag: Reader<boolean> = (value, path) => {
  if (typeof value !== "boolean") throw expected("true or false", value, path);
  return value;
};

/** Any JSON value, to be passed on unread. */
export const anything: Reader<unknown> = (value) => value;

/** A list of values of one shape. */
export function list<T>(of: Reader<T>): Reader<T[]> {
  return (value, path) => {
    if (!Array.isArray(value)) throw expected("a list", value, path);
    return value.map((item: unknown, index) => of(item, `${path}[${index}]`));
  };
}

/** An object with any keys and values of one shape. */
export function record<T>(of: Reader<T>): Reader<Record<string, T>> {
  return (value, path) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) throw expected("an object", value, path);
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, of(item, `${path}.${key}`)]));
  };
}

/** A value that may be absent or null. */
export function optional<T>(of: Reader<T>): Reader<T | undefined> {
  return (value, path) => (value === undefined || value === null ? undefined : of(value, path));
}

/** An object with known members; others are left out. */
export function shape<Members extends Record<string, Reader<unknown>>>(
  members: Members,
): Reader<{ [K in keyof Members]: Shape<Members[K]> }> {
  return (value, path) => {
    const found = record(anything)(value, path);
    return Object.fromEntries(
      Object.entries(members).map(([key, reader]) => [key, reader(found[key], path ? `${path}.${key}` : key)]),
    ) as { [K in keyof Members]: Shape<Members[K]> };
  };
}

/** Reads JSON text; `place` names the object or event it came from. */
export function readJson<T>(json: string, reader: Reader<T>, place: string): T {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw fault("ConfigurationInvalid", `${place} is not JSON: ${(error as Error).message}`);
  }
  return reader(value, place);
}
