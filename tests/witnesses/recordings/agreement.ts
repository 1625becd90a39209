/**
 * Whether a value is the recorded one, where a recording has placeholders for what differs from run to run: `<uuid:1>` is any
 * text, but the same one wherever it stands; so is `<<name>:1>`; plain words may stand for anything.
 */
import { isObject, type Json } from "../../../local/states/payload";

/** What placeholders were found to stand for. */
export type Bindings = ReadonlyMap<string, string>;

const PLACEHOLDER = /<<[\w-]+>:\d+>|<[\w-]+(?::\d+)?>/g;

/** Decides for one recording. */
export class Agreement {
  private readonly words: ReadonlySet<string>;

  constructor(words: readonly string[]) {
    this.words = new Set([...words, "date", "datetime", "timestamp"]);
  }

  /** What the placeholders stand for if `found` is the recorded value, else undefined. */
  agree(recorded: Json | undefined, found: Json | undefined, bindings: Bindings = new Map()): Bindings | undefined {
    if (typeof recorded === "string") return this.agreeText(recorded, found, bindings);
    if (Array.isArray(recorded)) {
      if (!Array.isArray(found) || found.length !== recorded.length) return undefined;
      return this.agreeAll(
        recorded.map((item, index) => [item, found[index]]),
        bindings,
      );
    }
    if (isObject(recorded)) {
      if (!isObject(found)) return undefined;
      const names = new Set([...Object.keys(recorded), ...Object.keys(found)]);
      return this.agreeAll(
        [...names].map((name) => [recorded[name], found[name]]),
        bindings,
      );
    }
    return recorded === found ? bindings : undefined;
  }

  private agreeAll(pairs: [Json | undefined, Json | undefined][], bindings: Bindings): Bindings | undefined {
    let now: Bindings | undefined = bindings;
    for (const [recorded, found] of pairs) {
      if (now === undefined) return undefined;
      now = this.agree(recorded, found, now);
    }
    return now;
  }

  private agreeText(recorded: string, found: Json | undefined, bindings: Bindings): Bindings | undefined {
    if (recorded === found) return bindings;
    if (this.words.has(recorded)) return found === undefined ? undefined : bindings;
    if (typeof found !== "string") {
      // A number may have been replaced too.
      const whole = PLACEHOLDER.exec(recorded)?.[0] === recorded;
      PLACEHOLDER.lastIndex = 0;
      return whole && found !== undefined && !isObject(found) ? bindings : undefined;
    }
    return this.agreePattern(recorded, found, bindings) ?? this.agreeJsonText(recorded, found, bindings);
  }

  private agreePattern(recorded: string, found: string, bindings: Bindings): Bindings | undefined {
    const names = recorded.match(PLACEHOLDER);
    if (!names) return undefined;
    const source = recorded
      .split(PLACEHOLDER)
      .map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
      .join("([^]*?)");
    const values = new RegExp(`^${source}$`).exec(found)?.slice(1);
    if (!values) return undefined;
    const now = new Map(bindings);
    for (const [index, name] of names.entries()) {
      const value = values[index] ?? "";
      const before = now.get(name);
      // Without a number a placeholder says nothing of other places.
      if (before !== undefined && before !== value && /:\d+>$/.test(name)) return undefined;
      now.set(name, value);
    }
    return now;
  }

  /** JSON in a text, whose spacing the recording may have changed. */
  private agreeJsonText(recorded: string, found: string, bindings: Bindings): Bindings | undefined {
    const [left, right] = [parsed(recorded), parsed(found)];
    return left !== undefined && right !== undefined ? this.agree(left, right, bindings) : undefined;
  }
}

function parsed(text: string): Json | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
