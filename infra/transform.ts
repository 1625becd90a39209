/** The escape hatch: change the arguments or options of any child resource before it is created. */
import type * as pulumi from "@pulumi/pulumi";

/**
 * Changes one kind of child resource: members to set, or a function that edits arguments and options in place.
 *
 * @example transform: { table: { description: "Hourly emissions" } }
 * @example transform: { function: (args) => { args.memorySize = 1024 } }
 */
export type Transform<Args> =
  Partial<Args> | ((args: Args, options: pulumi.CustomResourceOptions, name: string) => void);

/** Applies a transform to the arguments of one resource; the result is what its constructor takes. */
export function transformed<Args extends object>(
  transform: Transform<Args> | undefined,
  name: string,
  args: Args,
  options: pulumi.CustomResourceOptions,
): [string, Args, pulumi.CustomResourceOptions] {
  const own = { ...args };
  const ownOptions = { ...options };
  if (typeof transform === "function") transform(own, ownOptions, name);
  else Object.assign(own, transform);
  return [name, own, ownOptions];
}
