import { expect } from "chai";
import { readYaml, YamlError, type YamlNode } from "../../../cli/testing/yaml";

/** A document as plain values, each with its place: `text@line:column`. */
function shown(node: YamlNode): unknown {
  const at = `@${node.line}:${node.column}`;
  if (node.kind === "scalar") return `${String(node.value)}${at}`;
  if (node.kind === "sequence") return node.items.map(shown);
  return Object.fromEntries(
    node.entries.map(({ key, at: place, value }) => [`${key}@${place.line}:${place.column}`, shown(value)]),
  );
}

describe("YAML with places", () => {
  const cases: { name: string; text: string; nodes: unknown }[] = [
    {
      name: "scalars as they are written",
      text: "a: 1996-01-01\nb: 1.50\nc: yes\n",
      nodes: { "a@1:1": "1996-01-01@1:4", "b@2:1": "1.50@2:4", "c@3:1": "yes@3:4" },
    },
    {
      name: "NULL, and text that only looks like it",
      text: 'a: null\nb: "null"\nc: ~\nd:\n',
      nodes: { "a@1:1": "null@1:4", "b@2:1": "null@2:4", "c@3:1": "null@3:4", "d@4:1": "null@4:3" },
    },
    {
      name: "rows in both styles",
      text: "- { a: 1, b: [2, x] }\n- a: 3\n  b: []\n",
      nodes: [
        { "a@1:5": "1@1:8", "b@1:11": ["2@1:15", "x@1:18"] },
        { "a@2:3": "3@2:6", "b@3:3": [] },
      ],
    },
    {
      name: "aliases and merges",
      text: "x: &x\n  a: 1\n  b: 2\ny: *x\nz:\n  <<: *x\n  b: 3\n",
      nodes: {
        "x@1:1": { "a@2:3": "1@2:6", "b@3:3": "2@3:6" },
        "y@4:1": { "a@2:3": "1@2:6", "b@3:3": "2@3:6" },
        "z@5:1": { "b@7:3": "3@7:6", "a@2:3": "1@2:6" },
      },
    },
    { name: "nothing", text: "# only a comment\n", nodes: "null@2:1" },
  ];
  for (const { name, text, nodes } of cases)
    it(`reads ${name}`, () => expect(shown(readYaml(text))).to.deep.equal(nodes));

  it("knows blocks", () => {
    const node = readYaml("a: |\n  x\nb: x\n");
    expect(
      node.kind === "mapping" && node.entries.map(({ value }) => value.kind === "scalar" && value.block),
    ).to.deep.equal([true, false]);
  });

  const faults: [string, RegExp, number, number][] = [
    ["a: [1, 2\n", /unexpected end|missed comma/, 2, 1],
    ["a: 1\na: 2\n", /duplicated mapping key/, 2, 1],
    ["a: *b\n", /unidentified alias/, 1, 6],
    ["a:\n\t- b\n", /tab/, 2, 1],
  ];
  for (const [text, message, line, column] of faults) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      const read = () => readYaml(text);
      expect(read).to.throw(YamlError, message);
      try {
        read();
      } catch (error) {
        expect((error as YamlError).at).to.deep.equal({ line, column });
      }
    });
  }
});
