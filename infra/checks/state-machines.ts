/**
 * Checks of a state machine's definition: pure. Rules of the Amazon States Language, and service quotas, as far as a definition
 * can break them that was built by code or changed by a transformation; AWS and the local runtime check the rest of the language.
 */
import jsonata from "jsonata";
import type { FindingCode } from "./finding";

/** A fault of a definition. */
export interface MachineFault {
  readonly code: FindingCode;
  /** The state, as a person finds it: `Land › Land file`. */
  readonly state: string;
  readonly message: string;
  readonly help?: string;
}

/** Largest definition, in bytes. Step Functions documentation, "Service quotas": quotas related to state machines. */
const largestDefinition = 1_048_576;
/** Largest input or result of a state, in bytes. Step Functions documentation, "Service quotas". */
const largestPayload = 262_144;
/** Longest name of a state. Amazon States Language: "States". */
const longestStateName = 80;

const types = ["Task", "Pass", "Choice", "Wait", "Succeed", "Fail", "Parallel", "Map"];
const jsonPathOnly = ["InputPath", "OutputPath", "Parameters", "ResultSelector", "ResultPath", "ItemsPath", "Result"];
const jsonataOnly = ["Arguments", "Output", "Items"];

type Members = Readonly<Record<string, unknown>>;

/** Faults of a definition. */
export function machineFaults(definition: object): MachineFault[] {
  const faults: MachineFault[] = [];
  const size = Buffer.byteLength(JSON.stringify(definition));
  if (size > largestDefinition) {
    const message = `the definition has ${size} bytes; Step Functions takes ${largestDefinition}`;
    faults.push({ code: "too-large", state: "", message, help: "split the pipeline: fewer steps each." });
  }
  const names = new Map<string, string>();
  graphFaults(definition as Members, "", "JSONPath", names, (fault) => void faults.push(fault));
  return faults;
}

type Report = (fault: MachineFault) => void;

function graphFaults(graph: Members, place: string, around: string, names: Map<string, string>, report: Report): void {
  const states = isMembers(graph.States) ? graph.States : {};
  const language = typeof graph.QueryLanguage === "string" ? graph.QueryLanguage : around;
  let broken = false;
  const at = (name: string): string => (place ? `${place} › ${name}` : name);
  const target = (from: string, field: string, name: unknown): void => {
    if (typeof name !== "string" || states[name] !== undefined) return;
    broken = true;
    report({ code: "state-missing", state: from, message: `${field} leads to '${name}', and there is no such state` });
  };
  if (typeof graph.StartAt !== "string") report({ code: "state-missing", state: place, message: "StartAt is missing" });
  target(place, "StartAt", graph.StartAt);
  for (const [name, state] of Object.entries(states)) {
    const here = at(name);
    if ([...name].length > longestStateName) {
      const message = `the state's name has ${[...name].length} characters; Step Functions takes ${longestStateName}`;
      report({ code: "state-name", state: here, message, help: "shorten the table's name, which it is made of." });
    }
    if (names.has(name)) report({ code: "state-name", state: here, message: `there are two states '${name}'` });
    names.set(name, here);
    if (!isMembers(state) || !types.includes(String(state.Type))) {
      report({
        code: "state-invalid",
        state: here,
        message: `'${String(isMembers(state) ? state.Type : state)}' is no type of a state`,
      });
      continue;
    }
    for (const [field, next] of transitions(state)) target(here, field, next);
    const own = typeof state.QueryLanguage === "string" ? state.QueryLanguage : language;
    stateFaults(state, here, own, report);
    if (endsOf(state) === 0 && !leaves(state)) broken = true;
    const inner = [...(Array.isArray(state.Branches) ? (state.Branches as unknown[]) : []), state.ItemProcessor];
    for (const branch of inner) if (isMembers(branch)) graphFaults(branch, here, own, names, report);
  }
  // Behind a transition that is missing or leads nowhere, nothing can be reached.
  if (broken) return;
  const reached = new Set<string>();
  const visit = (name: unknown): void => {
    if (typeof name !== "string" || reached.has(name) || !isMembers(states[name])) return;
    reached.add(name);
    for (const [, next] of transitions(states[name])) visit(next);
  };
  visit(graph.StartAt);
  for (const name of Object.keys(states)) {
    if (!reached.has(name))
      report({ code: "state-unreachable", state: at(name), message: `nothing leads to '${name}'` });
  }
}

function transitions(state: Members): [string, unknown][] {
  const from = (field: string): [string, unknown][] =>
    (Array.isArray(state[field]) ? (state[field] as Members[]) : []).map(({ Next }, index) => [
      `${field}[${index}]`,
      Next,
    ]);
  return [["Next", state.Next], ["Default", state.Default], ...from("Choices"), ...from("Catch")];
}

/** How many of "Next" and "End" a state has. */
function endsOf(state: Members): number {
  return (state.Next === undefined ? 0 : 1) + (state.End === true ? 1 : 0);
}

/** Whether a state goes on, or ends, without either. */
function leaves(state: Members): boolean {
  return ["Choice", "Succeed", "Fail"].includes(String(state.Type));
}

function stateFaults(state: Members, here: string, language: string, report: Report): void {
  const fault = (message: string, help?: string): void =>
    report({ code: "state-invalid", state: here, message, ...(help && { help }) });
  const ends = endsOf(state);
  if (leaves(state) ? ends > 0 : ends !== 1) {
    fault(ends === 0 ? 'it has neither "Next" nor "End"' : 'it has no use for "Next" and "End" together');
  }
  for (const name of language === "JSONata" ? jsonPathOnly : jsonataOnly) {
    if (state[name] !== undefined) fault(`${name} belongs to the other query language; this state uses ${language}`);
  }
  if (state.Type === "Task") {
    if (typeof state.Resource !== "string" || !/^arn:aws[a-z-]*:(states|lambda):/.test(state.Resource)) {
      fault("Resource is no ARN of a service integration or a function");
    }
    // Step Functions documentation, "Best practices": without it a task that hangs is waited for for years.
    if (state.TimeoutSeconds === undefined) fault("it has no TimeoutSeconds", "the default is 99,999,999 seconds.");
    const size = Buffer.byteLength(JSON.stringify(state.Arguments ?? state.Parameters ?? {}));
    if (size > largestPayload) {
      const message = `its arguments have ${size} bytes; Step Functions takes ${largestPayload}`;
      report({ code: "too-large", state: here, message });
    }
  }
  for (const field of ["Retry", "Catch"]) {
    const rules = Array.isArray(state[field]) ? (state[field] as Members[]) : [];
    rules.forEach(({ ErrorEquals }, index) => {
      if (!Array.isArray(ErrorEquals) || ErrorEquals.length === 0) fault(`${field}[${index}] names no errors`);
      else if (ErrorEquals.includes("States.ALL") && (ErrorEquals.length > 1 || index < rules.length - 1)) {
        fault(`${field}[${index}]: States.ALL must stand alone, and last`);
      }
    });
  }
  if (language === "JSONata") for (const [name, value] of Object.entries(state)) expressionFaults(value, name, fault);
}

function expressionFaults(value: unknown, path: string, fault: (message: string) => void): void {
  if (typeof value === "string") {
    const expression = /^\{%([\s\S]*)%\}$/.exec(value)?.[1];
    if (expression === undefined) return;
    try {
      jsonata(expression);
    } catch (error) {
      fault(`${path}: the JSONata expression does not parse: ${(error as { message: string }).message}`);
    }
  } else if (isMembers(value) || Array.isArray(value)) {
    if (path === "Branches" || path === "ItemProcessor") return;
    for (const [name, part] of Object.entries(value)) expressionFaults(part, `${path}.${name}`, fault);
  }
}

function isMembers(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
