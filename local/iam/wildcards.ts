/**
 * Texts of a policy's form, step by step: no regular expression, which could go back for longer than anything lasts.
 */

/**
 * A character, or a wildcard: whether it stands for many or for one, and whether colons are among what it stands for. Of those
 * for one, colons are only where they are for all wildcards that follow.
 */
export type Step = string | { readonly many: boolean; readonly colons: boolean };

/** Where to go on when the text does not go on as the pattern does: the wildcard before takes one more character. */
interface Retreat {
  at: number;
  readonly step: number;
}

/**
 * Whether a text is of a pattern's form. Only the last wildcard of each kind ever takes more: whatever an earlier one could
 * take, the last of its kind finds, too, and what stops at colons cannot move the next colon. So the work is the text's length
 * times that of what stands between two wildcards, at most.
 */
export function takes(steps: readonly Step[], text: string): boolean {
  let at = 0;
  let step = 0;
  let near: Retreat | undefined;
  let far: Retreat | undefined;
  for (;;) {
    const wanted = steps[step];
    if (wanted === undefined && at === text.length) return true;
    if (typeof wanted === "object" && wanted.many) {
      step += 1;
      const retreat = { at, step };
      if (wanted.colons) far = retreat;
      near = wanted.colons ? undefined : retreat;
    } else if (at < text.length && wanted !== undefined && takesOne(wanted, text[at])) {
      step += 1;
      at += 1;
    } else {
      if (near && (near.at >= text.length || text[near.at] === ":")) near = undefined;
      const retreat = near ?? far;
      if (!retreat || retreat.at >= text.length) return false;
      retreat.at += 1;
      ({ at, step } = retreat);
    }
  }
}

function takesOne(wanted: Step, character: string): boolean {
  return typeof wanted === "string" ? wanted === character : wanted.colons || character !== ":";
}
