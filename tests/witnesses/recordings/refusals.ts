/** What the runtime refuses by name, and the reasons under which the matrix counts it. */
const REASONS: readonly [said: RegExp, reason: string][] = [
  [/DISTRIBUTED Map states|distributed Map states/, "distributed Map states"],
  [/is an activity: the local runtime has none/, "activities"],
  [/The local runtime has no integration "([\w-:]+)"/, "services that the lake does not use"],
  [/The local runtime does not assume other roles for a Task/, "Credentials of Tasks"],
];

/** The reason of a refusal, or undefined if the message does not say that it is the runtime's limitation. */
export function reasonOf(message: string): string | undefined {
  return REASONS.find(([said]) => said.test(message))?.[1];
}
