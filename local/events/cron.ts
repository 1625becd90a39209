/**
 * AWS's cron expressions: minutes, hours, day of month, month, day of week, year.
 */
import { AwsError } from "../api";

/** The times of an expression, each list in order. */
export interface Cron {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  /** 1 is January. */
  readonly months: readonly number[];
  readonly years: readonly number[];
  /** The days of a month on which it is due. */
  daysOf(year: number, month: number): readonly number[];
}

interface Field {
  readonly name: string;
  readonly low: number;
  readonly high: number;
  readonly names?: readonly string[];
}

const minute: Field = { name: "minutes", low: 0, high: 59 };
const hour: Field = { name: "hours", low: 0, high: 23 };
const dayOfMonth: Field = { name: "day-of-month", low: 1, high: 31 };
const month: Field = {
  name: "month",
  low: 1,
  high: 12,
  names: ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"],
};
/** 1 is Sunday. */
const dayOfWeek: Field = {
  name: "day-of-week",
  low: 1,
  high: 7,
  names: ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"],
};
const year: Field = { name: "year", low: 1970, high: 2199 };

/** Reads what stands between the parentheses of `cron(…)`. Throws `ValidationException` naming the faulty field. */
export function readCron(text: string): Cron {
  const fields = text.trim().split(/\s+/);
  if (fields.length !== 6) {
    throw invalid(
      text,
      `it has ${fields.length} fields, and needs six: minutes hours day-of-month month day-of-week year`,
    );
  }
  const [minutes, hours, days, months, weekdays, years] = fields;
  if ((days === "?") === (weekdays === "?")) {
    throw invalid(text, "exactly one of day-of-month and day-of-week must be ?");
  }
  return {
    minutes: readField(minutes, minute, text),
    hours: readField(hours, hour, text),
    months: readField(months, month, text),
    years: readField(years, year, text),
    daysOf: days === "?" ? readWeekdays(weekdays, text) : readDays(days, text),
  };
}

/** A list of numbers, ranges and steps: `5`, `1,15`, `MON-FRI`, `0/15`, `*`. */
function readField(text: string, field: Field, expression: string): number[] {
  const found = new Set<number>();
  for (const part of text.split(",")) {
    const [, range, from, to, step] = /^(\*|(\w+)(?:-(\w+))?)(?:\/(\d+))?$/.exec(part) ?? [];
    if (range === undefined || step === "0") throw invalid(expression, `${field.name} cannot be ${text}`);
    const low = range === "*" ? field.low : readValue(from, field, expression);
    // `5/15` means from 5 on.
    const open = range === "*" || (to === undefined && step !== undefined);
    const high = open ? field.high : to === undefined ? low : readValue(to, field, expression);
    if (low > high) throw invalid(expression, `${field.name} ${part} ends before it begins`);
    for (let value = low; value <= high; value += Number(step ?? 1)) found.add(value);
  }
  return [...found].sort((a, b) => a - b);
}

function readValue(text: string, field: Field, expression: string): number {
  const named = field.names?.indexOf(text.toUpperCase()) ?? -1;
  const value = named >= 0 ? field.low + named : /^\d+$/.test(text) ? Number(text) : NaN;
  if (!(value >= field.low && value <= field.high)) {
    throw invalid(expression, `${field.name} must be from ${field.low} to ${field.high}, not ${text}`);
  }
  return value;
}

function readDays(text: string, expression: string): Cron["daysOf"] {
  if (text === "L") return (y, m) => [lengthOf(y, m)];
  const [, nearest] = /^(\d+)W$/.exec(text) ?? [];
  if (nearest !== undefined) {
    const wanted = readValue(nearest, dayOfMonth, expression);
    return (y, m) => (wanted <= lengthOf(y, m) ? [nearestWorkday(y, m, wanted)] : []);
  }
  const days = readField(text, dayOfMonth, expression);
  return (y, m) => days.filter((day) => day <= lengthOf(y, m));
}

function readWeekdays(text: string, expression: string): Cron["daysOf"] {
  const daysWith = (test: (weekday: number, day: number, length: number) => boolean): Cron["daysOf"] => {
    return (y, m) => {
      const length = lengthOf(y, m);
      return Array.from({ length }, (_, i) => i + 1).filter((day) => test(weekdayOf(y, m, day), day, length));
    };
  };
  // `L` alone is the last day of the week.
  if (text === "L") return daysWith((weekday) => weekday === 7);
  const [, last] = /^(\w+)L$/.exec(text) ?? [];
  if (last !== undefined) {
    const wanted = readValue(last, dayOfWeek, expression);
    return daysWith((weekday, day, length) => weekday === wanted && day > length - 7);
  }
  const [, instance, number] = /^(\w+)#(\d)$/.exec(text) ?? [];
  if (instance !== undefined) {
    const wanted = readValue(instance, dayOfWeek, expression);
    if (number < "1" || number > "5") throw invalid(expression, `day-of-week cannot be ${text}: # takes 1 to 5`);
    return daysWith((weekday, day) => weekday === wanted && Math.ceil(day / 7) === Number(number));
  }
  const weekdays = readField(text, dayOfWeek, expression);
  return daysWith((weekday) => weekdays.includes(weekday));
}

/** The working day nearest to a day, in the same month. */
function nearestWorkday(y: number, m: number, day: number): number {
  const weekday = weekdayOf(y, m, day);
  if (weekday === 7) return day === 1 ? 3 : day - 1;
  if (weekday === 1) return day === lengthOf(y, m) ? day - 2 : day + 1;
  return day;
}

function weekdayOf(y: number, m: number, day: number): number {
  return new Date(Date.UTC(y, m - 1, day)).getUTCDay() + 1;
}

function lengthOf(y: number, m: number): number {
  return new Date(Date.UTC(y, m, 0)).getUTCDate();
}

function invalid(expression: string, reason: string): AwsError {
  return new AwsError("ValidationException", `Invalid Schedule Expression cron(${expression}): ${reason}.`);
}
