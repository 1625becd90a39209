import { expect } from "chai";
import { validateAsl } from "../asl-validator";
import { stateMachineDefinition } from "../../infra/state-machine/definition";
import type { StateMachinePlan } from "../../infra/state-machine/plan";

const step = {
  model: "m.sql",
  database: "db",
  table: "t",
  root: "s3://b/db/t/",
  partitioned: true,
  tables: {},
  allowEmpty: false,
  checks: {},
};
const landed = { parts: false, table: "l", partitioned: true, checks: {} };
const checks = { config: "check_configs/p/t.json" };
const plan: StateMachinePlan = {
  pipeline: "p",
  workgroup: "w",
  functions: {
    land: "land",
    checker: "checker",
    register: "register",
    publish: "publish",
    render: "render",
    auditor: "auditor",
    complete: "complete",
    explainer: "explainer",
    lineage: "lineage",
  },
  landed: [landed],
  conversions: [],
  readsLatest: false,
  steps: [step, { ...step, table: "u", partitioned: false }],
  views: [{ view: "db.t_validation", query: "CREATE OR REPLACE VIEW db.t_validation AS SELECT 1 AS one" }],
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
    const state: State & { Choices?: { Next: string }[]; Default?: string } = states[name];
    name = name === "What is to be done" ? state.Default : state.Choices ? state.Choices[0].Next : state.Next;
  }
  return path;
}

describe("a pipeline's state machine", () => {
  const variants: { name: string; plan: StateMachinePlan; path: string[] }[] = [
    {
      name: "lands, transforms, audits",
      plan,
      path: [
        ...["Begin", "What is to be done", "Land", "Is work due"],
        ...["Render t", "Query t", "Register t", "Render u", "Query u", "Register u"],
        ...["Create views", "Audit", "Publish", "Complete", "Record lineage", "Succeeded"],
      ],
    },
    {
      name: "checks landed files and results before it publishes them",
      plan: {
        ...plan,
        landed: [landed, { ...landed, table: "m", checks }],
        steps: [{ ...step, checks }],
        views: [],
        audits: [],
      },
      path: [
        ...["Begin", "What is to be done", "Land"],
        ...["Prepare checks of m", "Query checks of m", "Read checks of m", "Judge m", "Is work due"],
        ...["Render t", "Query t", "Register t"],
        ...["Prepare checks of t", "Query checks of t", "Read checks of t", "Judge t"],
        ...["Publish", "Complete", "Record lineage", "Succeeded"],
      ],
    },
    {
      name: "explains what its audits found",
      plan: {
        ...plan,
        landed: [],
        steps: [],
        views: [],
        audits: [{ table: "t", config: "audit_configs/p/t.json", explanation: "explanation" }],
      },
      path: [
        ...["Begin", "What is to be done", "Is work due"],
        ...["Audit", "Explain", "Publish", "Complete", "Record lineage", "Succeeded"],
      ],
    },
    {
      name: "has nothing to land",
      plan: { ...plan, landed: [], steps: [step], views: [], audits: [] },
      path: [
        "Begin",
        "What is to be done",
        "Is work due",
        "Render t",
        "Query t",
        "Register t",
        "Publish",
        "Complete",
        "Record lineage",
        "Succeeded",
      ],
    },
    {
      name: "audits only",
      plan: { ...plan, landed: [], steps: [], views: [] },
      path: [
        "Begin",
        "What is to be done",
        "Is work due",
        "Audit",
        "Publish",
        "Complete",
        "Record lineage",
        "Succeeded",
      ],
    },
    {
      name: "lands only",
      plan: { ...plan, steps: [], views: [], audits: [] },
      path: [
        "Begin",
        "What is to be done",
        "Land",
        "Is work due",
        "Publish",
        "Complete",
        "Record lineage",
        "Succeeded",
      ],
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
      // Explanations and lineage are by-products: they fail no run.
      if (name === "Explain") continue;
      const own: Record<string, string> = {
        "Record failure": "Failed",
        "Record lineage": "Succeeded",
        "Record lineage of failure": "Failed",
      };
      const first = name === "Land" ? ["Record replaced file"] : [];
      const targets = name.startsWith("Query ")
        ? [`How ${name.slice("Query ".length)} failed`, "Record failure"]
        : [...first, own[name] ?? "Record failure"];
      expect(
        state.Catch?.map(({ Next }) => Next),
        name,
      ).to.deep.equal(targets);
    }
  });

  it("has names that Step Functions takes: at most 80 characters, each once", () => {
    const names = flatten(statesOf(plan)).map(([name]) => name);
    expect(new Set(names).size).to.equal(names.length);
    for (const name of names) expect(name.length).to.be.most(80);
  });
});
