import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { expect } from "chai";
import { handlers } from "../../infra/handlers";
import { evaluated } from "../evaluated";
import { codeBlocks, house, page } from "./markdown";

const blocks = codeBlocks(page("docs/architecture.md"), "mermaid");
const drawing = (kind: string): string => blocks.find((block) => block.startsWith(kind)) ?? "";

/** What a file imports from other rooms. */
function roomsOf(file: string): string[] {
  const source = readFileSync(file, "utf8");
  const taken = /(?:from|import|require|load|createRequire\(__filename\))\s*\(?\s*"(\.[^"]+)"/g;
  return [...source.matchAll(taken)].map(
    ([, path = ""]) => relative(house, resolve(dirname(file), path)).split("/")[0],
  );
}

/** All imports between rooms, `infra --> audit`. */
function imports(room: string): string[] {
  const isFile = statSync(join(house, room)).isFile();
  const files = isFile ? [""] : readdirSync(join(house, room), { recursive: true, encoding: "utf8" });
  const found = files
    .filter((name) => isFile || name.endsWith(".ts"))
    .flatMap((name) => roomsOf(join(house, room, name)));
  const from = room.replace(".ts", "");
  return [...new Set(found)].filter((to) => to !== room && to !== "tests").map((to) => `${from} --> ${to}`);
}

interface State {
  readonly Resource?: string;
  readonly Arguments?: { readonly FunctionName?: string };
  readonly Branches?: readonly { readonly States: States }[];
  readonly ItemProcessor?: { readonly States: States };
}
type States = Readonly<Record<string, State>>;

/** A state's own work and what is within it. */
function within(state: State): State[] {
  const inner = [...(state.Branches ?? []), ...(state.ItemProcessor ? [state.ItemProcessor] : [])];
  return [state, ...inner.flatMap(({ States }) => Object.values(States).flatMap(within))];
}

/** All states by name in the order of the definition, those of branches after the state that has them. */
function flatten(states: States): [string, State][] {
  return Object.entries(states).flatMap(([name, state]) => [
    [name, state] as [string, State],
    ...(state.Branches ?? []).flatMap((branch) => flatten(branch.States)),
  ]);
}

describe("docs/architecture.md", () => {
  it("draws each room and all imports between rooms, and no others", () => {
    const drawn = [...drawing("flowchart").matchAll(/^ *([\w-]+)(?:\["[^"]*"\])? --> ([\w-]+)$/gm)];
    const rooms = readdirSync(house, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith(".") && entry.name !== "tests")
      .map(({ name }) => name)
      .filter((name) =>
        readdirSync(join(house, name), { recursive: true }).some((file) => String(file).endsWith(".ts")),
      )
      .filter((name) => name !== "node_modules" && name !== "dist" && name !== "examples");
    expect(rooms).to.include.members(["infra", "local", "policy"]);
    for (const room of rooms) expect(drawing("flowchart"), room).to.match(new RegExp(`\\b${room}\\b`));
    expect(drawn.map(([, from, to]) => `${from} --> ${to}`).sort()).to.deep.equal(
      ["index.ts", ...rooms].flatMap(imports).sort(),
    );
  });

  describe("follows a date", () => {
    const sequence = drawing("sequenceDiagram");
    const participants = [...sequence.matchAll(/^ *(?:actor|participant) (\w+)/gm)].map(([, name = ""]) => name);
    const arrows = [...sequence.matchAll(/^ *(\w+)-(?:>>|\))(\w+): (.+)$/gm)].map(
      ([, from = "", to = "", text = ""]) => ({
        from,
        to,
        text,
      }),
    );

    it("between functions that are deployed, and services", () => {
      const outside = ["upstream", "S3", "run", "Athena"];
      const functions = participants.filter((name) => !outside.includes(name));
      expect(Object.keys(handlers)).to.include.members(functions);
      // Those that a date without faults never meets, and of files of other formats.
      const others = Object.keys(handlers).filter((name) => !functions.includes(name));
      expect(others.sort()).to.deep.equal(["converter", "ended", "pruner", "unknown"]);
      for (const { from, to } of arrows) expect(participants).to.include.members([from, to]);
    });

    it("through states that call what is drawn, in their order", async () => {
      const { resources } = await evaluated("dev");
      const parts = sequence.split(/^ *rect .*$/m).slice(1);
      expect(parts).to.have.length(2);
      for (const part of parts) {
        const [, pipeline = ""] = /Note over run: (\w+)/.exec(part) ?? [];
        const machine = resources.find(
          ({ type, name }) => type === "aws:sfn/stateMachine:StateMachine" && name === pipeline,
        );
        const { States } = JSON.parse(String(machine?.inputs.definition)) as { States: States };
        const states = flatten(States);
        const drawn = [...part.matchAll(/^ *run->>(\w+): (.+)$/gm)].map(([, to = "", state = ""]) => ({
          to,
          state,
        }));
        expect(drawn.length).to.be.greaterThan(5);
        for (const { to, state } of drawn) {
          const found = states.find(([name]) => name === state)?.[1];
          const called = within(found ?? {}).map(({ Resource, Arguments }) =>
            Resource?.includes(":athena:") ? "Athena" : (Arguments?.FunctionName?.split("-").pop() ?? ""),
          );
          expect(called, `${pipeline}: ${state}`).to.include(to);
        }
        const order = drawn.map(({ state }) => states.findIndex(([name]) => name === state));
        expect(order, pipeline).to.deep.equal([...order].sort((a, b) => a - b));
      }
    });

    it("by events of rules that are deployed, to the functions that they call", async () => {
      const { resources } = await evaluated("dev");
      const events = arrows.filter(({ text }) => text.startsWith("Object Created"));
      expect(events).to.have.length(4);
      for (const { to, text } of events) {
        const [, rule = ""] = /\(([\w-]+)\)/.exec(text) ?? [];
        const targets = resources.filter(
          ({ type, inputs }) =>
            type === "aws:cloudwatch/eventTarget:EventTarget" && String(inputs.rule).endsWith(`-${rule}`),
        );
        const called = targets.map(({ inputs }) => String(inputs.arn).split("-").pop());
        expect(called, rule).to.deep.equal([to]);
      }
    });
  });
});
