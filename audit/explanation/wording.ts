/**
 * Numbers, shares and values of explanations as people read them.
 */

/** A number's size: thousands apart, thousandths at most; of small numbers the first four digits. */
export function number(value: number): string {
  const size = Math.abs(value);
  return size > 0 && size < 1
    ? size.toLocaleString("en-US", { maximumSignificantDigits: 4 })
    : size.toLocaleString("en-US", { maximumFractionDigits: 3 });
}

/** A number with its sign: `+5`, `−3,659,634`. */
export function signed(value: number): string {
  return `${value < 0 ? "−" : "+"}${number(value)}`;
}

/** A part as a percentage of a whole: whole, but never rounded to 0 or 100 from afar. */
export function percent(part: number, whole: number | null): string {
  if (!whole) return "0 %";
  const exact = (part / whole) * 100;
  const plain = Math.abs(exact) >= 1 && Math.abs(Math.abs(exact) - 100) >= 1;
  const near = Math.abs(exact - Math.round(exact)) < 0.005 || plain;
  const size = Math.abs(exact).toLocaleString("en-US", { maximumFractionDigits: near ? 0 : 2 });
  return `${exact < 0 && size !== "0" ? "−" : ""}${size} %`;
}

/** A value of the audit: numbers with thousands apart, what is missing as `NULL`. */
export function valueText(text: string | null): string {
  if (text === null) return "NULL";
  const read = Number(text);
  if (text.trim() === "" || !Number.isFinite(read)) return text;
  return `${read < 0 ? "−" : ""}${number(read)}`;
}

/** So many of something: `1 row`, `2,000 rows`. */
export function counted(count: number, one: string, several = `${one}s`): string {
  return `${count.toLocaleString("en-US")} ${count === 1 ? one : several}`;
}

/** Values that tell a row, with ` / ` between; a timestamp without the seconds and fractions that are zero. */
export function grainText(grain: readonly (string | null)[]): string {
  return grain.map(grainValue).join(" / ");
}

function grainValue(text: string | null): string {
  if (text === null) return "NULL";
  const timestamp = /^(\d{4}-\d{2}-\d{2} \d{2}:\d{2})(:\d{2})\.0+$/.exec(text);
  if (!timestamp) return text;
  return timestamp[1] + (timestamp[2] === ":00" ? "" : timestamp[2]);
}
