/** What a template declares for others: its macros with their arguments, and the names it sets. */
import { allParts, type TemplateNode } from "./template-syntax";

/** What a macro takes. */
export interface Macro {
  readonly required: readonly string[];
  readonly optional: readonly string[];
}

/** Whether a part of a node is a node. */
export function isNode(part: unknown): part is TemplateNode {
  return typeof part === "object" && part !== null && "typename" in part;
}

/** The arguments that a macro is declared with, and what stands for those that are left out. */
export function signatureParts(macro: TemplateNode): { name: string; otherwise?: TemplateNode }[] {
  return ((macro.args as TemplateNode).children ?? []).flatMap((part) =>
    part.typename === "KeywordArgs"
      ? (part.children ?? []).map((pair) => ({
          name: String((pair.key as TemplateNode).value),
          otherwise: pair.value as TemplateNode,
        }))
      : [{ name: String(part.value) }],
  );
}

/** The macros that a template declares, by name. */
export function macrosOf(tree: TemplateNode): Map<string, Macro> {
  const macros = new Map<string, Macro>();
  for (const node of allParts(tree)) {
    if (node.typename !== "Macro") continue;
    const parts = signatureParts(node);
    macros.set(String((node.name as TemplateNode).value), {
      required: parts.filter(({ otherwise }) => !otherwise).map(({ name }) => name),
      optional: parts.filter(({ otherwise }) => otherwise).map(({ name }) => name),
    });
  }
  return macros;
}

/** The names that a template sets outside of any block. */
export function topLevelNames(tree: TemplateNode): string[] {
  return (tree.children ?? [])
    .filter(({ typename }) => typename === "Set")
    .flatMap(({ targets }) => (targets as TemplateNode[]).map(({ value }) => String(value)));
}
