/** When periodic work is due. */
import type { ExecDate } from "../invocation/exec-date";
import type { CadenceRule } from "../runs/pipeline";

/** Which periods' work is due on an execution date, and why not. */
export interface Due {
  readonly monthly: boolean;
  readonly yearly: boolean;
  /** Whether this pipeline's own work is due. */
  readonly due: boolean;
  /** A sentence, if it is not due. */
  readonly reason?: string;
}

/**
 * Decides by the execution date, so that a late or repeated run decides alike.
 *
 * @example dueOn({ every: "month", day: 2 }, "2024-11-02" as ExecDate).due // true
 */
export function dueOn(rule: CadenceRule, date: ExecDate): Due {
  const [, month, day] = date.split("-").map(Number);
  const dueDay = rule.day ?? 1;
  const dueMonth = rule.month ?? 1;
  const monthly = rule.every === "run" || day === dueDay;
  const yearly = rule.every === "run" || (day === dueDay && month === dueMonth);
  const due = rule.every === "run" || (rule.every === "month" ? monthly : yearly);
  if (due) return { monthly, yearly, due };
  const when = rule.every === "month" ? `day ${dueDay} of each month` : `day ${dueDay} of month ${dueMonth}`;
  return { monthly, yearly, due, reason: `Work is due on ${when}; ${date} is not.` };
}
