import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { expect } from "chai";

const house = resolve(__dirname, "..");

/** Which room may take things from which, and which packages it may not know. */
const rooms: Record<string, { mayUse: string[]; mayNotKnow?: RegExp }> = {
  stacks: { mayUse: ["infra"] },
  infra: { mayUse: ["functions", "audit", "athena-sql", "event-patterns"] },
  functions: { mayUse: ["audit"], mayNotKnow: /^@pulumi\// },
  audit: { mayUse: ["athena-sql"], mayNotKnow: /^(@pulumi\/|@aws-sdk\/|node:)/ },
  "athena-sql": { mayUse: [], mayNotKnow: /^(@|node:)/ },
  "event-patterns": { mayUse: [], mayNotKnow: /^/ },
  local: { mayUse: ["athena-sql", "event-patterns"], mayNotKnow: /^@pulumi\/awsx?$/ },
  cli: { mayUse: ["local", "functions", "audit", "athena-sql"], mayNotKnow: /^@pulumi\// },
};

/** What a file imports: at once, and when it is called for. */
function imports(file: string): string[] {
  const source = readFileSync(file, "utf8");
  const taken = /(?:from|import|require|load|createRequire\(__filename\))\s*\(?\s*"([^"]+)"/g;
  return [...source.matchAll(taken)].map(([, name]) => name);
}

function exists(path: string): boolean {
  return ["", ".ts", ".js", "/index.ts"].some((end) => existsSync(path + end));
}

describe("the rooms", () => {
  for (const [room, { mayUse, mayNotKnow }] of Object.entries(rooms)) {
    it(`${room} takes things from ${mayUse.join(", ") || "no other room"} only`, () => {
      const files = readdirSync(join(house, room), { recursive: true, encoding: "utf8" }).filter((name) =>
        name.endsWith(".ts"),
      );
      expect(files).to.not.deep.equal([]);
      const found: string[] = [];
      for (const name of files) {
        const file = join(house, room, name);
        for (const imported of imports(file)) {
          const target = imported.startsWith(".")
            ? relative(house, resolve(dirname(file), imported)).split("/")[0]
            : undefined;
          if (imported.startsWith(".") && !exists(resolve(dirname(file), imported)))
            found.push(`${room}/${name} takes ${imported}, which is not there`);
          const allowed = target ? target === room || mayUse.includes(target) : !mayNotKnow?.test(imported);
          if (!allowed) found.push(`${room}/${name} takes ${imported}`);
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
});
