/**
 * YAML with the place of every node. All scalars but a plain `null` are texts: 1996-01-01 is no timestamp of JavaScript's, and
 * 18446744073709551615 keeps its digits.
 */
import { FAILSAFE_SCHEMA, load, type EventType, type State, Type, YAMLException } from "js-yaml";

/** A position in a file, counted from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A node of a document. */
export type YamlNode = Position &
  (
    | {
        readonly kind: "scalar";
        readonly value: string | null;
        /** Whether it is a block, `|`. */ readonly block: boolean;
      }
    | { readonly kind: "sequence"; readonly items: readonly YamlNode[] }
    | { readonly kind: "mapping"; readonly entries: readonly YamlEntry[] }
  );

/** A key and its value. Entries that a merge (`<<`) brings stand where the value stands that they come from. */
export interface YamlEntry {
  readonly key: string;
  readonly at: Position;
  readonly value: YamlNode;
}

/** What is no YAML, and where. */
export class YamlError extends Error {
  override readonly name = "YamlError";

  constructor(
    message: string,
    readonly at: Position,
  ) {
    super(message);
  }
}

// YAML 1.2.2, chapter 10: NULL as its core schema writes it. YAML 1.1, "Merge Key Language-Independent Type".
const nothing = new Type("tag:yaml.org,2002:null", {
  kind: "scalar",
  resolve: (text: string | null) => text === null || /^(~|null|Null|NULL|)$/.test(text),
  construct: () => null,
});
const merge = new Type("tag:yaml.org,2002:merge", { kind: "scalar", resolve: (text: string | null) => text === "<<" });
const schema = FAILSAFE_SCHEMA.extend({ implicit: [nothing, merge] });

/** Reads one document. @throws YamlError */
export function readYaml(text: string): YamlNode {
  const root: Opened = { line: 1, column: 1, block: false, children: [] };
  const open: Opened[] = [root];
  const known = new Map<object, YamlNode>();
  const listener = (event: EventType, state: State): void => {
    if (event === "open") {
      const { position, line, lineStart, input } = state;
      // The parser stands behind the colon; an anchor or a tag may come before a block's sign.
      const [, space = "", block] =
        /^([ \t]*)(?:[&!]\S+[ \t]+)*(\|)?/.exec(input.slice(position, position + 200)) ?? [];
      const column = position - lineStart + space.length + 1;
      open.push({ line: line + 1, column, block: block !== undefined, children: [] });
      return;
    }
    const node = open.pop();
    if (node) open[open.length - 1].children.push(nodeOf(node, state.result as unknown, known));
  };
  try {
    load(text, { schema, listener });
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const mark = error.mark as YAMLException["mark"] | undefined;
    throw new YamlError(error.reason, { line: (mark?.line ?? 0) + 1, column: (mark?.column ?? 0) + 1 });
  }
  return root.children[0] ?? { kind: "scalar", value: null, line: 1, column: 1, block: false };
}

interface Opened extends Position {
  readonly block: boolean;
  readonly children: YamlNode[];
}

/** The parser tells of each node when it begins and ends, and of some twice: as what they may be, and as what they are. */
function nodeOf({ children, block, ...at }: Opened, result: unknown, known: Map<object, YamlNode>): YamlNode {
  const [inner] = children;
  if (result === null || typeof result !== "object") {
    return { kind: "scalar", value: result === null || result === undefined ? null : String(result), block, ...at };
  }
  const before = known.get(result);
  // An alias has no children, and stands for a node that was met before.
  if (children.length === 0 && before) return before;
  if (children.length === 1 && before === inner) return inner;
  const node: YamlNode = Array.isArray(result)
    ? { kind: "sequence", items: children, ...at }
    : { kind: "mapping", entries: entriesOf(children), ...at };
  known.set(result, node);
  return node;
}

function entriesOf(children: readonly YamlNode[]): YamlEntry[] {
  const own: YamlEntry[] = [];
  const merged: YamlEntry[] = [];
  for (let index = 0; index + 1 < children.length; index += 2) {
    const [key, value] = [children[index], children[index + 1]];
    const name = key.kind === "scalar" ? (key.value ?? "null") : "";
    if (name === "<<") {
      const from = value.kind === "sequence" ? value.items : [value];
      merged.push(...from.flatMap((each) => (each.kind === "mapping" ? each.entries : [])));
    } else own.push({ key: name, at: { line: key.line, column: key.column }, value });
  }
  const known = new Set(own.map(({ key }) => key));
  // YAML's merge key: what stands in the mapping itself goes before, and what is merged first before the rest.
  for (const entry of merged) if (!known.has(entry.key) && known.add(entry.key)) own.push(entry);
  return own;
}
