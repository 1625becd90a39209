/**
 * DuckDB's strftime with a pattern that is computed, which DuckDB itself does not take.
 */

const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS = [
  ...["January", "February", "March", "April", "May", "June", "July"],
  ...["August", "September", "October", "November", "December"],
];
const DAY = 86_400_000;

/** Year and number of the week that a day is in, by ISO 8601. */
function isoWeek(date: Date): { year: number; week: number } {
  const weekday = date.getUTCDay() || 7;
  const thursday = new Date(date.getTime() + (4 - weekday) * DAY);
  const year = thursday.getUTCFullYear();
  const first = Date.UTC(year, 0, 1);
  return { year, week: Math.floor((thursday.getTime() - first) / DAY / 7) + 1 };
}

type Part = (date: Date, micros: bigint) => number | string;

const hour12: Part = (date) => date.getUTCHours() % 12 || 12;
const dayOfYear: Part = (date) => Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / DAY) + 1;

/** Letter → digits that it is filled up to with zeros, and the value. */
const PARTS: Readonly<Record<string, readonly [digits: number, part: Part]>> = {
  Y: [4, (date) => date.getUTCFullYear()],
  y: [2, (date) => date.getUTCFullYear() % 100],
  G: [4, (date) => isoWeek(date).year],
  V: [2, (date) => isoWeek(date).week],
  m: [2, (date) => date.getUTCMonth() + 1],
  b: [0, (date) => MONTHS[date.getUTCMonth()].slice(0, 3)],
  B: [0, (date) => MONTHS[date.getUTCMonth()]],
  d: [2, (date) => date.getUTCDate()],
  j: [3, dayOfYear],
  a: [0, (date) => DAYS[date.getUTCDay()].slice(0, 3)],
  A: [0, (date) => DAYS[date.getUTCDay()]],
  u: [0, (date) => date.getUTCDay() || 7],
  H: [2, (date) => date.getUTCHours()],
  I: [2, hour12],
  p: [0, (date) => (date.getUTCHours() < 12 ? "AM" : "PM")],
  M: [2, (date) => date.getUTCMinutes()],
  S: [2, (date) => date.getUTCSeconds()],
  g: [3, (date) => date.getUTCMilliseconds()],
  f: [6, (_date, micros) => String(((micros % 1_000_000n) + 1_000_000n) % 1_000_000n)],
  "%": [0, () => "%"],
};

/** @param micros since 1970 */
export function strftime(micros: bigint, pattern: string): string {
  const date = new Date(Number((micros - (((micros % 1000n) + 1000n) % 1000n)) / 1000n));
  const year = date.getUTCFullYear();
  if (!(year >= 1 && year <= 9999)) {
    throw new Error("NOT_SUPPORTED: The local runtime does not run computed date patterns of far years.");
  }
  return pattern.replace(/%(-?)(.)/gs, (_whole, plain: string, letter: string) => {
    if (!(letter in PARTS)) {
      throw new Error("NOT_SUPPORTED: The local runtime does not run computed date patterns with offsets.");
    }
    const [digits, part] = PARTS[letter];
    return String(part(date, micros)).padStart(plain ? 0 : digits, "0");
  });
}
