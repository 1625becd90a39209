/**
 * Time zones: what a clock on the wall shows, as the number of milliseconds that UTC would have to show the same.
 */

const formats = new Map<string, Intl.DateTimeFormat>();

/** What the wall clock shows at an instant (epoch milliseconds). Throws a RangeError for an unknown time zone. */
export function wallClock(instant: number, timezone: string): number {
  let format = formats.get(timezone);
  if (!format) {
    format = new Intl.DateTimeFormat("en-US", {
      timeZone: timezone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
    formats.set(timezone, format);
  }
  const parts = format.formatToParts(instant).map(({ type, value }) => [type, Number(value)] as const);
  const { year, month, day, hour, minute, second } = Object.fromEntries(parts);
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

const day = 86_400_000;

/**
 * The instant at which the wall clock first shows that time; undefined when it never does, because the clock was set forward
 * over it.
 */
export function instantOf(wall: number, timezone: string): number | undefined {
  // The offset before and the one after a change of the clock: one of them holds, both of them twice a year, or none.
  const offsets = [wall - day, wall + day].map((instant) => wallClock(instant, timezone) - instant);
  const instants = offsets.map((offset) => wall - offset).filter((instant) => wallClock(instant, timezone) === wall);
  return instants.length === 0 ? undefined : Math.min(...instants);
}
