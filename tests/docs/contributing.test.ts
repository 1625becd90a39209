import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { z } from "zod";
import { house, links, page, section, tableRows } from "./markdown";

const contributing = page("CONTRIBUTING.md");
const { scripts } = z.object({ scripts: z.record(z.string(), z.string()) }).parse(JSON.parse(page("package.json")));

/** A file's code without comments and texts, where names are. */
function code(path: string): string {
  return readFileSync(join(house, path), "utf8").replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
}

/** Recipes by name with the files and names of each step. */
const recipes = section(contributing, "Recipes")
  .split(/^### /m)
  .slice(1)
  .map((text) => {
    const [name = "", ...lines] = text.split("\n");
    const steps = lines
      .join("\n")
      .split(/^\d+\. /m)
      .slice(1)
      .map((step) => step.replace(/\s+/g, " "));
    return { name, steps };
  });

describe("CONTRIBUTING.md", () => {
  it("lists each npm script once", () => {
    const rows = tableRows(section(contributing, "Set-up")).map(([call = ""]) => call);
    const listed = rows.map((call) => /^`npm (?:run )?([\w:]+)`$/.exec(call)?.[1] ?? call);
    expect(listed.sort()).to.deep.equal(Object.keys(scripts).sort());
  });

  it("calls npm scripts and test files that are there", () => {
    for (const [, script = ""] of contributing.matchAll(/\bnpm run ([\w:-]+)/g))
      expect(scripts).to.have.property(script);
    const paths = [...contributing.matchAll(/\b(?:tests|local)\/[\w./-]+\.(?:ts|js)\b/g)].map(([path]) => path);
    expect(paths.length).to.be.greaterThan(10);
    for (const path of paths) expect(existsSync(join(house, path)), path).to.equal(true);
  });

  it("calls a file by its path", () => {
    for (const [, text = "", target = ""] of contributing.matchAll(/\[([^\]]+)\]\(([^)]+)\)/g)) {
      expect(text).to.equal(target);
    }
  });

  describe("recipes", () => {
    it("are there for what is added most", () => {
      expect(recipes.map(({ name }) => name)).to.include.members([
        "A kind of data check",
        "A deployed function",
        "A column of the run record",
        "An error of a run",
        "A setting of a stage",
        "A command",
        "An Athena function",
        "An operation of the local runtime",
        "A service of the local runtime",
        "A resource type of the local runtime",
      ]);
    });

    for (const { name, steps } of recipes) {
      it(`${name}: files and names of each step are there`, () => {
        expect(steps.length).to.be.greaterThan(1);
        let names = 0;
        for (const step of steps) {
          expect(links(step), step).to.not.deep.equal([]);
          for (const link of links(step)) expect(existsSync(join(house, link)), link).to.equal(true);
          for (const [, file = "", list = ""] of step.matchAll(/\]\(([^)]+)\): ((?:`[^`]+`(?:, )?)+)/g)) {
            for (const [, symbol = ""] of list.matchAll(/`([^`]+)`/g)) {
              names++;
              expect(code(file), `${file}: ${symbol}`).to.match(
                new RegExp(`\\b(?:const|function|type|interface|class)\\s+${symbol}\\b`),
              );
            }
          }
        }
        expect(names, "names").to.be.greaterThan(0);
      });
    }
  });

  it("tells of ten changes the file that each begins in, which the READMEs lead to", () => {
    const rows = tableRows(section(contributing, "Ten changes and where each begins"));
    expect(rows).to.have.length(10);
    const home = page("README.md");
    for (const [change = "", place = ""] of rows) {
      const [file = ""] = links(place);
      expect(statSync(join(house, file)).isFile(), file).to.equal(true);
      const [room = "", ...rest] = file.split("/");
      expect(links(section(home, "Where things are")), change).to.include(room);
      const readme = page(join(room, "README.md"));
      const folder = dirname(rest.join("/"));
      const told = tableRows(readme).flatMap(([places = ""]) => places.replace(/`/g, "").split(/[\s,]+/));
      const led = folder === "." ? rest.length === 1 : told.includes(`${folder}/`);
      expect(led || links(readme).includes(rest.join("/")), `${change}: ${file}`).to.equal(true);
    }
  });
});
