/**
 * Schedule expressions: `rate(…)`, `cron(…)` and `at(…)`. EventBridge Scheduler User Guide, "Schedule types on EventBridge
 * Scheduler"; Amazon EventBridge User Guide, "Setting a schedule pattern for scheduled rules".
 */
import { AwsError } from "../api";
import { readCron, type Cron } from "./cron";
import { instantOf, wallClock } from "./wall-clock";

const units: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

type Expression = { readonly interval: number } | { readonly cron: Cron } | { readonly at: number };

/** Checks an expression; throws `ValidationException` saying what is wrong with it. */
export function checkScheduleExpression(expression: string): void {
  read(expression);
}

/**
 * The first time after `after` at which a schedule is due, or undefined if there is none. `timezone` is an IANA name; cron
 * and at expressions mean its wall clock: a time that does not exist when the clocks go forward is left out, and one that
 * exists twice when they go back counts once. A rate counts from `start`, which is its first time.
 * Throws `ValidationException` for an expression or time zone that is none.
 */
export function nextTime(expression: string, timezone: string, after: Date, start: Date = after): Date | undefined {
  const schedule = read(expression);
  if ("interval" in schedule) {
    const { interval } = schedule;
    const passed = Math.floor((after.getTime() - start.getTime()) / interval) + 1;
    return new Date(start.getTime() + Math.max(0, passed) * interval);
  }
  checkTimezone(timezone);
  if ("at" in schedule) {
    const instant = instantOf(schedule.at, timezone);
    return instant !== undefined && instant > after.getTime() ? new Date(instant) : undefined;
  }
  return nextCronTime(schedule.cron, timezone, after.getTime());
}

function read(expression: string): Expression {
  const [, kind, inner] = /^(rate|cron|at)\((.*)\)$/.exec(expression.trim()) ?? [];
  if (kind === "cron") return { cron: readCron(inner) };
  if (kind === "rate") {
    const [, value, unit] = /^([1-9]\d*) (minute|hour|day)s?$/.exec(inner) ?? [];
    if (unit) return { interval: Number(value) * units[unit] };
  }
  if (kind === "at" && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(inner)) {
    const at = Date.parse(`${inner}Z`);
    if (new Date(at).toISOString().startsWith(inner)) return { at };
  }
  throw new AwsError(
    "ValidationException",
    `Invalid Schedule Expression ${expression}: it must be rate(5 minutes), cron(0 9 * * ? *) or at(2025-01-31T09:00:00).`,
  );
}

/** Throws `ValidationException` unless `timezone` is an IANA name, e.g. `Europe/Berlin`. */
export function checkTimezone(timezone: string): void {
  try {
    wallClock(0, timezone);
  } catch {
    throw new AwsError(
      "ValidationException",
      `Invalid ScheduleExpressionTimezone ${timezone}: it is no IANA time zone.`,
    );
  }
}

const hour = 3_600_000;

function nextCronTime(cron: Cron, timezone: string, after: number): Date | undefined {
  // No clock is set back further than this.
  const from = wallClock(after, timezone) - 3 * hour;
  const first = new Date(from);
  for (const year of cron.years) {
    if (year < first.getUTCFullYear()) continue;
    for (const month of cron.months) {
      if (Date.UTC(year, month, 1) <= from) continue;
      for (const day of cron.daysOf(year, month)) {
        if (Date.UTC(year, month - 1, day + 1) <= from) continue;
        for (const h of cron.hours) {
          if (Date.UTC(year, month - 1, day, h + 1) <= from) continue;
          for (const minute of cron.minutes) {
            const instant = instantOf(Date.UTC(year, month - 1, day, h, minute), timezone);
            if (instant !== undefined && instant > after) return new Date(instant);
          }
        }
      }
    }
  }
  return undefined;
}
