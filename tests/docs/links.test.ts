import { existsSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { expect } from "chai";
import { anchors, house, links, page, pages } from "./markdown";

/** What is wrong with the links of a page; `text` is the page's. */
function broken(path: string, text: string): string[] {
  return links(text).flatMap((link) => {
    if (/^[a-z][a-z0-9+.-]*:/i.test(link))
      return /^(https|mailto):/.test(link) ? [] : [`${path}: ${link} is not https`];
    const [file = "", anchor] = link.split("#");
    const target = file === "" ? join(house, path) : resolve(house, dirname(path), decodeURIComponent(file));
    if (relative(house, target).startsWith("..")) return [`${path}: ${link} leaves the repository`];
    if (!existsSync(target)) return [`${path}: ${link} is not there`];
    if (anchor === undefined) return [];
    const own = file === "" ? text : statSync(target).isFile() ? page(relative(house, target)) : "";
    return anchors(own).includes(anchor) ? [] : [`${path}: ${link} has no such heading`];
  });
}

describe("links in Markdown", () => {
  it("lead to files and headings that are there", () => {
    expect(pages()).to.include.members(["README.md", "docs/runs.md", "local/README.md"]);
    const all = pages().flatMap((path) => links(page(path)));
    expect(all.length).to.be.greaterThan(100);
    expect(pages().flatMap((path) => broken(path, page(path)))).to.deep.equal([]);
  });

  // GitHub documentation, "Basic writing and formatting syntax": Section links.
  const cases: { name: string; text: string; found: string[] }[] = [
    { name: "a file that is there", text: "[a](runs.md)", found: [] },
    { name: "a folder", text: "[a](../local)", found: [] },
    { name: "a heading of the page", text: "## What is *it*? It's `so`\n[a](#what-is-it-its-so)", found: [] },
    { name: "the second heading of a name", text: "# A b\n# A b\n[a](#a-b-1)", found: [] },
    { name: "a heading of another page", text: "[a](runs.md#what-an-event-missed)", found: [] },
    { name: "a link within code", text: "`[a](none.md)`\n\n```\n[a](none.md)\n```\n", found: [] },
    { name: "no file", text: "[a](none.md)", found: ["docs/runs.md: none.md is not there"] },
    { name: "no heading", text: "[a](runs.md#none)", found: ["docs/runs.md: runs.md#none has no such heading"] },
    { name: "outside", text: "[a](../../etc)", found: ["docs/runs.md: ../../etc leaves the repository"] },
    { name: "plain http", text: "[a](http://a.b)", found: ["docs/runs.md: http://a.b is not https"] },
  ];
  for (const { name, text, found } of cases) {
    it(`${found.length === 0 ? "may be" : "may not be"}: ${name}`, () => {
      expect(broken("docs/runs.md", text)).to.deep.equal(found);
    });
  }
});
