/**
 * Trino: "String functions", as far as they go by characters where DuckDB goes by bytes or graphemes.
 */

/** Characters, the last first. */
export function reverse(text: string): string {
  return [...text].reverse().join("");
}

/** How many characters have to be inserted, deleted or replaced to get from one text to the other. */
export function levenshteinDistance(left: string, right: string): bigint {
  const [a, b] = [[...left], [...right]];
  let previous = b.map((_, index) => index + 1);
  for (const [i, letter] of a.entries()) {
    const row: number[] = [];
    for (const [j, other] of b.entries()) {
      const diagonal = j === 0 ? i : previous[j - 1];
      const beside = j === 0 ? i + 1 : row[j - 1];
      row.push(Math.min(diagonal + (letter === other ? 0 : 1), beside + 1, previous[j] + 1));
    }
    previous = row;
  }
  return BigInt(b.length === 0 ? a.length : previous[b.length - 1]);
}

/** Number of places at which two texts of one length differ. */
export function hammingDistance(left: string, right: string): bigint {
  const [a, b] = [[...left], [...right]];
  if (a.length !== b.length) {
    throw new Error(
      "INVALID_FUNCTION_ARGUMENT: The input strings to hamming_distance function must have the same length",
    );
  }
  return BigInt(a.filter((letter, index) => letter !== b[index]).length);
}

/** Position of the n-th occurrence, from the end if n is negative; 0 if there is none. */
export function strpos(text: string, part: string, n: bigint): bigint {
  if (n === 0n) throw new Error("INVALID_FUNCTION_ARGUMENT: 'instance' must be a positive or negative number.");
  if (part === "") return 1n;
  const forward = n > 0n;
  let index = forward ? -1 : text.length + 1;
  for (let i = 0n; i < (forward ? n : -n); i++) {
    index = forward ? text.indexOf(part, index + 1) : index === 0 ? -1 : text.lastIndexOf(part, index - 1);
    if (index < 0) return 0n;
  }
  return BigInt([...text.slice(0, index)].length + 1);
}

/** At most `limit` parts, the last one with all that is left. */
export function split(text: string, delimiter: string, limit: bigint): string[] {
  if (limit <= 0n) throw new Error("INVALID_FUNCTION_ARGUMENT: Limit must be positive");
  if (delimiter === "") throw new Error("INVALID_FUNCTION_ARGUMENT: The delimiter may not be the empty string");
  const parts: string[] = [];
  let from = 0;
  for (let next = text.indexOf(delimiter); next >= 0 && BigInt(parts.length) + 1n < limit;) {
    parts.push(text.slice(from, next));
    from = next + delimiter.length;
    next = text.indexOf(delimiter, from);
  }
  return [...parts, text.slice(from)];
}

// American Soundex, as Apache Commons Codec has it.
const SOUNDEX = "01230120022455012623010202";

export function soundex(text: string): string {
  const letters = text.toUpperCase().replace(/[^\p{L}]/gu, "");
  if (/[^A-Z]/.test(letters)) {
    const odd = /[^A-Z]/.exec(letters)?.[0] ?? "";
    throw new Error(`INVALID_FUNCTION_ARGUMENT: The character is not mapped: ${odd} (index=${odd.codePointAt(0)})`);
  }
  if (letters === "") return "";
  let code = letters[0];
  let last = SOUNDEX[letters.charCodeAt(0) - 65];
  for (const letter of letters.slice(1)) {
    // H and W do not separate two letters of one sound.
    if (letter === "H" || letter === "W") continue;
    const digit = SOUNDEX[letter.charCodeAt(0) - 65];
    if (digit !== "0" && digit !== last) code += digit;
    last = digit;
    if (code.length === 4) break;
  }
  return code.padEnd(4, "0");
}

/** The number that digits of a base stand for. */
export function fromBase(text: string, base: bigint): bigint {
  const radix = Number(base);
  if (radix < 2 || radix > 36) throw new Error("INVALID_FUNCTION_ARGUMENT: Radix must be between 2 and 36");
  const digits = /^[+-]/.test(text) ? text.slice(1) : text;
  const invalid = new Error(`INVALID_FUNCTION_ARGUMENT: Not a valid base-${radix} number: ${text}`);
  if (digits === "") throw invalid;
  let value = 0n;
  for (const character of digits.toLowerCase()) {
    const digit = parseInt(character, 36);
    if (!(digit < radix)) throw invalid;
    value = value * base + BigInt(digit);
  }
  if (text.startsWith("-")) value = -value;
  if (BigInt.asIntN(64, value) !== value) throw invalid;
  return value;
}

/** Decimal digits of any script as those of ASCII. */
export function asciiDigits(text: string): string {
  return text.replace(/\p{Nd}/gu, (digit) => {
    let zero = digit.codePointAt(0) ?? 0;
    const value = zero;
    // The digits of a script stand in one row of ten.
    while (value - zero < 9 && /\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
    return String(value - zero);
  });
}
