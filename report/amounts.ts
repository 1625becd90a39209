/** Amounts as people read them. */

/** A duration: `0.4 s`, `12 s`, `3 min 05 s`. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.max(0, milliseconds) / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s`;
}

/** A count with thousands apart: `647,808`. */
export function formatCount(count: number): string {
  return count.toLocaleString("en-US");
}

/** Bytes: `9.8 MB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1e3) return `${bytes} B`;
  const [unit, size] =
    bytes < 1e6 ? ["kB", 1e3] : bytes < 1e9 ? ["MB", 1e6] : bytes < 1e12 ? ["GB", 1e9] : ["TB", 1e12];
  return `${(bytes / size).toFixed(1)} ${unit}`;
}

/** US dollars, of little ones the first digit: `$0.0003`, `$1.25`. */
export function formatDollars(dollars: number): string {
  if (dollars === 0) return "$0";
  if (dollars >= 0.01) return `$${dollars.toFixed(2)}`;
  return `$${dollars.toLocaleString("en-US", { maximumSignificantDigits: 1, maximumFractionDigits: 12 })}`;
}
