/**
 * What went wrong in a program, told as one error: each cause once, with the line of the program that it comes from.
 */
import { isAbsolute, relative } from "node:path";
import { ResourceError, RunError } from "@pulumi/pulumi";

/**
 * Describes the errors that a program in `folder` threw, one paragraph each. The same cause surfaces wherever something
 * depends on it; it is told once.
 */
export function describe(errors: readonly unknown[], folder: string): string {
  const seen = new Set<string>();
  for (const error of errors) seen.add(describeOne(error, folder));
  return [...seen].join("\n");
}

function describeOne(error: unknown, folder: string): string {
  if (!(error instanceof Error)) return `The program threw ${JSON.stringify(error) ?? String(error)}.`;
  const message = error.message.replace(/^(?:failed to register new resource (.*?) \[(.*?)\]: )/, '"$1" ($2): ');
  const stack = error.stack ?? "";
  const place = RunError.isInstance(error) ? undefined : placeIn(stack, folder);
  const about = ResourceError.isInstance(error) && error.resource ? `${nameOf(error.resource)}: ` : "";
  return `${place ? `${place}: ` : ""}${about}${message}`;
}

function nameOf(resource: object): string {
  return "__name" in resource ? `"${String(resource.__name)}"` : "a resource";
}

/** `file:line:column` of the innermost stack frame that is the program's own, relative to its folder. */
function placeIn(stack: string, folder: string): string | undefined {
  for (const line of stack.split("\n")) {
    const frame = /\(?(\/[^()]+|[A-Za-z]:\\[^()]+):(\d+):(\d+)\)?$/.exec(line.trim());
    const file = frame?.[1];
    if (!frame || !file || file.includes("node_modules")) continue;
    const inside = relative(folder, file);
    if (!inside.startsWith("..") && !isAbsolute(inside)) return `${inside}:${frame[2]}:${frame[3]}`;
  }
  return undefined;
}
