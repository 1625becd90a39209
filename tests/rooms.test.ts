import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { expect } from "chai";
import { circles, house, importedModules, importedNames, modules, target } from "./modules";

/** Which room may take things from which, and which packages it may not know. */
const rooms: Record<string, { mayUse: string[]; mayNotKnow?: RegExp }> = {
  stacks: { mayUse: ["infra"] },
  infra: { mayUse: ["functions", "audit", "athena-sql", "event-patterns", "rows"] },
  rows: { mayUse: ["athena-sql"], mayNotKnow: /^/ },
  functions: { mayUse: ["audit"], mayNotKnow: /^@pulumi\// },
  audit: { mayUse: ["athena-sql"], mayNotKnow: /^(@pulumi\/|@aws-sdk\/|node:)/ },
  "athena-sql": { mayUse: [], mayNotKnow: /^(@|node:)/ },
  "event-patterns": { mayUse: [], mayNotKnow: /^/ },
  report: { mayUse: ["audit", "athena-sql"], mayNotKnow: /^(@pulumi\/|@aws-sdk\/|node:(?!(crypto|module)$))/ },
  local: { mayUse: ["athena-sql", "event-patterns"], mayNotKnow: /^@pulumi\/awsx?$/ },
  cli: { mayUse: ["local", "functions", "audit", "athena-sql", "report", "rows"], mayNotKnow: /^@pulumi\// },
};

/**
 * Circles of imports that are meant: a grammar is recursive, and whoever reads or writes it is, too. An expression may hold a query, which holds
 * relations, conditions, windows, which hold expressions; a path of SQL/JSON holds conditions, which hold paths.
 */
const recursions = [
  within("athena-sql/dialect", "calls expressions grouping partition-conditions queries relations select subqueries"),
  within("athena-sql/trino", "expressions grouping json-forms primaries queries relations special-forms windows"),
  within("local/athena/native", "json-path-predicates json-path"),
];

/** Files that may be long, and of what each is a table. */
const tables: Record<string, string> = {
  "local/iam/provider-actions.ts": "what the provider asks AWS for, resource type by resource type",
  "report/browser/script.ts": "one script that a page carries: it can have no modules",
  "tests/audit/change-set.test.ts": "changes, texts and periods",
  "tests/audit/explanation/stories.test.ts": "stories",
  "tests/local/athena/dialect.test.ts": "expressions and queries",
  "tests/local/iam/conditions.test.ts": "condition operators",
  "tests/local/iam/provider-actions.test.ts": "calls of the provider",
  "tests/local/states/definition.test.ts": "definitions",
  "tests/report/views.ts": "what a report shows",
};

/** Files that are too long and wait to be split by what they are about. */
const stillLong = ["local/athena/engine.ts", "tests/infra/program.test.ts", "tests/model/lake.ts"];

function within(folder: string, names: string): string[] {
  return names.split(" ").map((name) => `${folder}/${name}.ts`);
}

describe("the rooms", () => {
  for (const [room, { mayUse, mayNotKnow }] of Object.entries(rooms)) {
    it(`${room} takes things from ${mayUse.join(", ") || "no other room"} only`, () => {
      const files = modules.filter((module) => module.startsWith(`${room}/`));
      expect(files).to.not.deep.equal([]);
      const found: string[] = [];
      for (const module of files) {
        for (const imported of importedNames(module)) {
          const inside = imported.startsWith(".");
          if (inside && !target(module, imported)) found.push(`${module} takes ${imported}, which is not there`);
          const other = inside ? relative(house, resolve(house, dirname(module), imported)).split("/")[0] : undefined;
          const allowed = other ? other === room || mayUse.includes(other) : !mayNotKnow?.test(imported);
          if (!allowed) found.push(`${module} takes ${imported}`);
        }
      }
      expect(found).to.deep.equal([]);
    });
  }

  for (const [room, { mayUse }] of Object.entries(rooms)) {
    it(`${room} opens with a README that says what it may import, and names its folders`, () => {
      const page = readFileSync(join(house, room, "README.md"), "utf8");
      const [, said = ""] =
        /^May import: ([^.]+)\./m.exec(page.replace(/\n/g, " ").replace("May import", "\nMay import")) ?? [];
      expect([...said.matchAll(/`([^`]+)`/g)].map(([, name]) => name)).to.deep.equal(mayUse);
      const rows = [...page.matchAll(/^\| +`([^`]+)`/gm)].flatMap(([, places]) => places.split(" "));
      const folders = readdirSync(join(house, room), { withFileTypes: true }).filter((entry) => entry.isDirectory());
      const told = rows.filter((place) => place.endsWith("/")).map((place) => place.replace(/\/$/, ""));
      for (const folder of told) expect(existsSync(join(house, room, folder)), `${room}/${folder}`).to.equal(true);
      expect(folders.map(({ name }) => name).filter((name) => !told.includes(name))).to.deep.equal([]);
      for (const [, link] of page.matchAll(/\]\(([^)]+)\)/g))
        expect(existsSync(join(house, room, link)), `${room}/README.md: ${link}`).to.equal(true);
    });
  }

  for (const room of Object.keys(rooms)) {
    it(`${room} says which of its modules other rooms take, and they reach no others`, () => {
      const inside = (module: string) => module.startsWith(`${room}/`);
      const others = modules.filter((module) => !inside(module) && !module.startsWith("tests/"));
      const [, list = ""] = readFileSync(join(house, room, "README.md"), "utf8").split("## What other rooms take\n");
      const stated = [...list.replace(/\n {2}/g, " ").matchAll(/^- (?:here|`(.+?)\/`): (.+)$/gm)].flatMap(
        ([, folder, names]) =>
          names.startsWith("all")
            ? modules.filter((module) => dirname(module) === join(room, folder ?? ""))
            : [...names.matchAll(/`([^`]+)`/g)].map(([, name]) => `${join(room, folder ?? "", name)}.ts`),
      );
      const behind = others.flatMap((module) =>
        importedModules(module)
          .filter((taken) => inside(taken) && !stated.includes(taken))
          .map((taken) => `${module} takes ${taken}, which ${room}/README.md does not list for other rooms`),
      );
      expect(behind).to.deep.equal([]);
      const named = [...list.replace(/\n {2}/g, " ").matchAll(/^- (?:here|`(.+?)\/`): (?!all)(.+)$/gm)].flatMap(
        ([, folder, names]) =>
          [...names.matchAll(/`([^`]+)`/g)].map(([, name]) => `${join(room, folder ?? "", name)}.ts`),
      );
      const taken = new Set(others.flatMap((module) => importedModules(module)));
      expect(named.filter((module) => !taken.has(module))).to.deep.equal([]);
    });
  }

  it("have no file of more than 300 lines but tables, and those that are known", () => {
    const long = modules.filter((module) => readFileSync(join(house, module), "utf8").split("\n").length > 301);
    expect(long.filter((module) => !(module in tables) && !stillLong.includes(module))).to.deep.equal([]);
  });

  it("have no circle of imports, of types neither, but those of a grammar's recursion in one folder", () => {
    expect(circles(modules, importedModules)).to.deep.equal(recursions);
  });

  it("would show a circle", () => {
    const graph: Record<string, string[]> = { a: ["b"], b: ["c"], c: ["b", "d"], d: ["d"], e: ["a"] };
    expect(circles(Object.keys(graph), (node) => graph[node])).to.deep.equal([["b", "c"], ["d"]]);
  });
});
