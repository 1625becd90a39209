/**
 * How complex EventBridge finds an event pattern: as many prefixes of its wildcards as one value can match at the same time.
 * Amazon EventBridge User Guide, "Wildcard matching considerations"; the measure is `MachineComplexityEvaluator` of AWS's own
 * matcher, https://github.com/aws/event-ruler ("Matching with a Machine").
 */

/**
 * The most that EventBridge takes in a rule. It publishes no number: event-ruler's README speaks of 10 for a single rule, which
 * fits what people met (three wildcards with a `*` at each end pass, a fourth is refused: vals-ai/Valkyrie, pull request 278).
 */
export const largestComplexity = 10;

/** What EventBridge answers to more, after "Event pattern is not valid. Reason: ". */
export const tooComplex =
  "Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences after a wildcard character";

/**
 * Complexity of an event pattern: the most that one of its fields has.
 *
 * @param pattern a pattern that is valid otherwise
 * @param enough counting ends at this number
 * @example patternComplexity({ detail: { key: [{ wildcard: "in/*" }] } }) // 2
 */
export function patternComplexity(pattern: object, enough = largestComplexity + 1): number {
  const fields = new Map<string, string[][]>();
  collect(pattern, "", fields);
  return Math.max(0, ...[...fields.values()].map((wildcards) => wildcardComplexity(wildcards, enough)));
}

/** Gathers the wildcards of each field, those of `$or` together. The matcher sees a text with its quotes. */
function collect(node: object, path: string, fields: Map<string, string[][]>): void {
  for (const [name, wanted] of Object.entries(node) as [string, unknown][]) {
    const at = name === "$or" ? path : `${path}\n${name}`;
    if (name === "$or" && Array.isArray(wanted)) {
      for (const alternative of wanted.filter(isObject)) collect(alternative, at, fields);
    } else if (Array.isArray(wanted)) {
      const found = wanted.filter(isObject).map((match) => textsOf(match).map((text) => `"${text}"`));
      fields.set(at, [...(fields.get(at) ?? []), ...found.filter((texts) => texts.length > 0)]);
    } else if (isObject(wanted)) collect(wanted, at, fields);
  }
}

function textsOf({ wildcard, "anything-but": but }: Record<string, unknown>): string[] {
  const texts: unknown = wildcard ?? (isObject(but) ? but.wildcard : undefined);
  return (Array.isArray(texts) ? texts : [texts]).filter((text): text is string => typeof text === "string");
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Any text, also none. */
const star = Symbol("*");
type Token = string | typeof star;

/** A wildcard; a place in it is the number of tokens before it. */
interface Wildcard {
  readonly index: number;
  readonly tokens: readonly Token[];
  /** Of each place, what it counts as: two places of one `anything-but` may count as one. */
  readonly names: readonly string[];
}

/** Places that one value has come to, each once. */
type Places = ReadonlyMap<string, Found>;

interface Found {
  readonly wildcard: Wildcard;
  readonly place: number;
}

/**
 * Complexity of the wildcards of one field: the largest number of prefixes that a value can match together.
 *
 * @param patterns of each the texts that it consists of: one, or several of one `anything-but`
 * @param enough counting ends at this number
 */
export function wildcardComplexity(patterns: readonly (readonly string[])[], enough: number): number {
  // The same pattern twice is one.
  const distinct = [...new Map(patterns.map((own) => [JSON.stringify([...own].sort()), own])).values()];
  const texts = distinct.flatMap((own, pattern) => own.map((text) => ({ text, pattern })));
  const wildcards = texts.map(readWildcard);
  const letters = new Set(wildcards.flatMap(({ tokens }) => tokens.filter((token) => token !== star)));
  const seen = new Set<string>();
  const waiting: Places[] = [placesAt(wildcards.map((wildcard) => ({ wildcard, place: 0 })))];
  let most = 0;
  for (let places = waiting.pop(); places; places = waiting.pop()) {
    // One character that no wildcard names stands for all of these.
    for (const letter of [...letters, undefined]) {
      const next = placesAt(
        [...places.values()].flatMap(({ wildcard, place }) =>
          placesAfter(wildcard, place, letter).map((each) => ({ wildcard, place: each })),
        ),
      );
      const key = [...next.keys()].sort().join("\n");
      if (seen.has(key)) continue;
      seen.add(key);
      most = Math.max(most, new Set([...next.values()].map(({ wildcard, place }) => wildcard.names[place])).size);
      if (most >= enough) return enough;
      waiting.push(next);
    }
  }
  return most;
}

/** Where a wildcard is after one more character. */
function placesAfter({ tokens }: Wildcard, place: number, letter: string | undefined): number[] {
  const next = tokens[place];
  return [
    ...(tokens[place - 1] === star ? [place] : []),
    ...(next === star || (letter !== undefined && next === letter) ? [place + 1] : []),
  ];
}

/** Each place once; where a star comes next, its end is reached too, for it may be nothing. */
function placesAt(found: readonly Found[]): Places {
  const reached = found.flatMap(({ wildcard, place }) => [
    { wildcard, place },
    ...(wildcard.tokens[place] === star ? [{ wildcard, place: place + 1 }] : []),
  ]);
  return new Map(reached.map((each) => [`${each.wildcard.index} ${each.place}`, each]));
}

function readWildcard({ text, pattern }: { text: string; pattern: number }, index: number): Wildcard {
  const tokens: Token[] = [];
  for (let at = 0; at < text.length; at++) {
    if (text[at] === "*") tokens.push(star);
    else tokens.push(text[at] === "\\" ? text[++at] : text[at]);
  }
  const spelled = tokens.map((token) => (token === star ? "*" : `=${token}`));
  // However different its texts are, a pattern ends in one place.
  const names = tokens.map((_, place) => `${pattern} ${spelled.slice(0, place).join("")}`);
  return { index, tokens, names: [...names, `${pattern} end`] };
}
