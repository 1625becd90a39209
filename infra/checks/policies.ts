/** Checks of the policies of roles: actions that exist, resources that are named, and the size that IAM takes. */
import type { Statement } from "../permissions";
import { actionKind, knownActions } from "./actions";
import type { FindingCode } from "./finding";
import { suggestion } from "./suggestion";

/** A fault of a role's policy. */
export interface PolicyFault {
  readonly code: FindingCode;
  readonly message: string;
  readonly help?: string;
}

/**
 * Most characters of all inline policies of a role together, without white space. IAM documentation, "IAM and AWS STS quotas":
 * "IAM and STS character limits".
 */
const longestInlinePolicies = 10_240;
/** What a statement about a key adds when its ARN is known. */
const roomForKey = 200;

/** Faults of the statements that a role's one policy is made of. */
export function policyFaults(role: string, statements: readonly Statement[]): PolicyFault[] {
  const faults: PolicyFault[] = [];
  const seen = new Set<string>();
  for (const statement of statements) {
    const { Sid } = statement;
    const add = (code: FindingCode, message: string, help?: string): void =>
      void faults.push({ code, message: `${role}, statement ${Sid}: ${message}`, ...(help && { help }) });
    // IAM documentation, "IAM JSON policy elements: Sid".
    if (!/^[A-Za-z0-9]+$/.test(Sid)) add("invalid-statement", `'${Sid}' is no Sid`, "use letters and digits.");
    if (seen.has(Sid))
      add("invalid-statement", "its Sid stands twice in the policy", "give each statement a Sid of its own.");
    seen.add(Sid);
    if (statement.Action.length === 0) add("invalid-statement", "it allows no action", "leave it out.");
    if (statement.Resource.length === 0) add("invalid-statement", "it names no resource", "leave it out.");
    for (const action of statement.Action) actionFault(action, statement.Resource, add);
  }
  const size = JSON.stringify({ Version: "2012-10-17", Statement: statements }).replace(/\s/g, "").length + roomForKey;
  if (size > longestInlinePolicies) {
    const message = `${role}: the policy has about ${size} characters; IAM takes ${longestInlinePolicies} for all inline policies of a role`;
    faults.push({ code: "too-large", message, help: "split the pipeline: fewer tables each." });
  }
  return faults;
}

function actionFault(
  action: string,
  resources: readonly string[],
  add: (code: FindingCode, message: string, help?: string) => void,
): void {
  if (action.includes("*")) {
    add("wildcard", `'${action}' allows more than anyone has thought of`, "name each action.");
    return;
  }
  const kind = actionKind(action);
  if (kind === undefined) {
    add("unknown-action", `there is no action '${action}'`, suggestion(action, knownActions));
    return;
  }
  const [service] = action.split(":");
  for (const resource of resources) {
    if (resource === "*") {
      if (kind === "resource") add("wildcard", `'${action}' is allowed on every resource`, "name the resources.");
    } else if (kind === "none") {
      add(
        "invalid-statement",
        `'${action}' knows no resources: on ${resource} it allows nothing`,
        'its resource is "*".',
      );
    } else if (!resource.startsWith(`arn:aws:${service}:`)) {
      add("invalid-statement", `'${action}' is not about ${resource}`, `name a resource arn:aws:${service}:….`);
    }
  }
}
