import { expect } from "chai";
import { validateAsl } from "../asl-validator";
import { stateMachineDefinition, type StateMachinePlan } from "../../infra/state-machine";

const step = {
  model: "m.sql",
  database: "db",
  table: "t",
  root: "s3://b/db/t/",
  partitioned: true,
  tables: {},
  allowEmpty: false,
};
const plan: StateMachinePlan = {
  pipeline: "p",
  workgroup: "w",
  functions: { land: "land", publish: "publish", render: "render", auditor: "auditor", complete: "complete" },
  lands: true,
  steps: [step, { ...step, table: "u", partitioned: false }],
  audits: [
    { table: "t", config: "audit_configs/p/t.json" },
    { table: "u", config: "audit_configs/p/u.json" },
  ],
};

interface State {
  Type: string;
  Next?: string;
  Catch?: { Next: string }[];
  TimeoutSeconds?: number;
  Branches?: { States: Record<string, State> }[];
  ItemProcessor?: { States: Record<string, State> };
}

function statesOf(of: StateMachinePlan): Record<string, State> {
  return (stateMachineDefinition(of) as { States: Record<string, State> }).States;
}

/** All states, those of branches and maps among them. */
function flatten(states: Record<string, State>): [string, State][] {
  return Object.entries(states).flatMap(([name, state]) => [
    [name, state] as [string, State],
    ...(state.Branches ?? []).flatMap((branch) => flatten(branch.States)),
    ...(state.ItemProcessor ? flatten(state.ItemProcessor.States) : []),
  ]);
}

/** The path of a run in which everything is due and succeeds. */
function happyPath(states: Record<string, State>): string[] {
  const path: string[] = [];
  for (let name: string | undefined = "Begin"; name;) {
    path.push(name);
    const state: State & { Choices?: { Next: string }[] } = states[name];
    name = state.Choices ? state.Choices[0].Next : state.Next;
  }
  return path;
}

describe("a pipeline's state machine", () => {
  const variants: { name: string; plan: StateMachinePlan; path: string[] }[] = [
    {
      name: "lands, transforms, audits",
      plan,
      path: [
        ...["Begin", "Land", "Register", "Is work due"],
        ...["Render t", "Query t", "Publish t", "Render u", "Query u", "Publish u"],
        ...["Audit", "Complete", "Succeeded"],
      ],
    },
    {
      name: "has nothing to land",
      plan: { ...plan, lands: false, steps: [step], audits: [] },
      path: ["Begin", "Is work due", "Render t", "Query t", "Publish t", "Complete", "Succeeded"],
    },
    {
      name: "audits only",
      plan: { ...plan, lands: false, steps: [] },
      path: ["Begin", "Is work due", "Audit", "Complete", "Succeeded"],
    },
    {
      name: "lands only",
      plan: { ...plan, steps: [], audits: [] },
      path: ["Begin", "Land", "Register", "Is work due", "Complete", "Succeeded"],
    },
  ];
  for (const { name, plan: variant, path } of variants) {
    it(`${name}: is valid ASL and goes its way`, () => {
      const { isValid, errors } = validateAsl(stateMachineDefinition(variant));
      expect(errors).to.deep.equal([]);
      expect(isValid).to.equal(true);
      expect(happyPath(statesOf(variant))).to.deep.equal(path);
    });
  }

  it("has a timeout on every task: Step Functions' default is three years", () => {
    const tasks = flatten(statesOf(plan)).filter(([, { Type }]) => Type === "Task");
    expect(tasks).to.have.length.greaterThan(10);
    for (const [name, { TimeoutSeconds }] of tasks) expect(TimeoutSeconds, name).to.be.within(1, 900);
  });

  it("records the failure of every state that can fail", () => {
    for (const [name, state] of Object.entries(statesOf(plan))) {
      if (!["Task", "Map", "Parallel"].includes(state.Type)) continue;
      const target = name === "Record failure" ? "Failed" : "Record failure";
      expect(
        state.Catch?.map(({ Next }) => Next),
        name,
      ).to.deep.equal([target]);
    }
  });

  it("has names that Step Functions takes: at most 80 characters, each once", () => {
    const names = flatten(statesOf(plan)).map(([name]) => name);
    expect(new Set(names).size).to.equal(names.length);
    for (const name of names) expect(name.length).to.be.most(80);
  });
});
