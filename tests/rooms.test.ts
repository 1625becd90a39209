import { readdirSync, readFileSync } from "node:fs";
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

function imports(file: string): string[] {
  const source = readFileSync(file, "utf8");
  return [...source.matchAll(/(?:from|import|require)\s*\(?\s*"([^"]+)"/g)].map(([, name]) => name);
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
          const allowed = target ? target === room || mayUse.includes(target) : !mayNotKnow?.test(imported);
          if (!allowed) found.push(`${room}/${name} takes ${imported}`);
        }
      }
      expect(found).to.deep.equal([]);
    });
  }
});
