/**
 * Floating-point numbers as Java prints them.
 */

/**
 * The text of a double or real in Java's notation: `1.2368097E7`, `1.0E-5`, `366.0`.
 * @param text the shortest decimal text of the number, as JavaScript and DuckDB write it
 */
export function javaFloatText(text: string): string {
  return floatText(text, (power) => power > -3 && power <= 7);
}

/** The same with an exponent always, and zero as `0E0`: Trino's notation since 2022. */
export function scientificText(text: string): string {
  return floatText(text, () => false).replace(/^(-?)0\.0$/, "$10E0");
}

/** @param isPlain whether a number below ten to this power, and not below the power before, is written without exponent */
function floatText(text: string, isPlain: (power: number) => boolean): string {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(text);
  if (!match) return { nan: "NaN", "-nan": "NaN", inf: "Infinity", "-inf": "-Infinity" }[text.toLowerCase()] ?? text;
  const [, sign, whole, fraction = "", exponent = "0"] = match;
  const digits = (whole + fraction).replace(/^0+/, "");
  if (digits === "" || /^0*$/.test(digits)) return `${sign}0.0`;
  const leading = (whole + fraction).length - digits.length;
  // The number is 0.<digits> times ten to this power.
  const power = whole.length - leading + Number(exponent);
  const significant = digits.replace(/0+$/, "");
  if (isPlain(power)) {
    if (power <= 0) return `${sign}0.${"0".repeat(-power)}${significant}`;
    const padded = significant.padEnd(power, "0");
    return `${sign}${padded.slice(0, power)}.${padded.slice(power) || "0"}`;
  }
  return `${sign}${significant[0]}.${significant.slice(1) || "0"}E${power - 1}`;
}
