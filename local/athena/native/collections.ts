/**
 * Trino: "Array functions and operators" and "Map functions and operators", as far as SQL cannot say it.
 */

/**
 * The order that array_sort gives items by what a lambda says of each two of them: `<`, `=`, `>`, or `x` for anything else.
 * Java and JavaScript sort by the same algorithm, which matters where the lambda contradicts itself.
 *
 * @param comparisons of each item with each, row after row
 * @returns indexes of the items, from 1
 */
export function sortOrder(comparisons: string): string[] {
  const size = Math.sqrt(comparisons.length);
  const order = Array.from({ length: size }, (_, index) => index);
  order.sort((a, b) => {
    const found = "<=>".indexOf(comparisons[a * size + b]);
    if (found < 0) {
      throw new Error("INVALID_FUNCTION_ARGUMENT: Lambda comparator must return either -1, 0, or 1");
    }
    return found - 1;
  });
  return order.map((index) => String(index + 1));
}

const MOST_ELEMENTS = 100_000;

/** Indexes, from 1 and with commas between, of all combinations of `size` of so many items; those without the last item first. */
export function combinations(length: bigint, size: bigint): string[] {
  if (size < 0n) throw new Error(`INVALID_FUNCTION_ARGUMENT: combination size must not be negative: ${size}`);
  if (size > 5n) throw new Error(`INVALID_FUNCTION_ARGUMENT: combination size must not exceed 5: ${size}`);
  let count = 1n;
  for (let i = 0n; i < size; i++) count = (count * (length - i)) / (i + 1n);
  if (size > length) return [];
  if (count * size > MOST_ELEMENTS) throw new Error("INVALID_FUNCTION_ARGUMENT: combinations exceed max size");
  const of = (upTo: number, left: number): number[][] => {
    if (left === 0) return [[]];
    const found: number[][] = [];
    for (let last = left; last <= upTo; last++) for (const rest of of(last - 1, left - 1)) found.push([...rest, last]);
    return found;
  };
  return of(Number(length), Number(size)).map((indexes) => indexes.join(","));
}

/**
 * Keys and values of a text such as `a=1,b=2`, one after the other.
 * @param unique `unique` if no key may come twice
 */
export function splitEntries(text: string, entry: string, pair: string, unique: string): string[] {
  const invalid = (what: string): Error => new Error(`INVALID_FUNCTION_ARGUMENT: ${what}`);
  if (entry === "") throw invalid("entryDelimiter is empty");
  if (pair === "") throw invalid("keyValueDelimiter is empty");
  if (entry === pair) throw invalid("entryDelimiter and keyValueDelimiter must not be the same");
  const entries = text.split(entry);
  // A delimiter at the end has no entry after it.
  if (entries[entries.length - 1] === "") entries.pop();
  const keys = new Set<string>();
  return entries.flatMap((each) => {
    const parts = each.split(pair);
    if (parts.length !== 2) {
      throw invalid(`Key-value delimiter must appear exactly once in each entry. Bad input: '${each}'`);
    }
    if (unique === "unique" && keys.has(parts[0])) throw invalid(`Duplicate keys (${parts[0]}) are not allowed`);
    keys.add(parts[0]);
    return parts;
  });
}
