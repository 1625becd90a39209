/** The environment of a function, read inside its handler: at module level it would be frozen at deployment. */
import { fault } from "./fault";

/**
 * Reads a required environment variable.
 *
 * @throws `ConfigurationInvalid` if it is not set
 */
export function setting(name: string): string {
  const value = process.env[name];
  if (!value) throw fault("ConfigurationInvalid", `The environment variable ${name} is not set on this function.`);
  return value;
}
