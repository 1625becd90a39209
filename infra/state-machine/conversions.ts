/** Conversions: typed rows of files that arrived as text, table by table, before anything reads them. */
import { runFolder } from "./places";
import type { ConversionPlan, StateMachinePlan } from "./plan";
import { endOfRun, stepAttempts, stepVariables, unloadStates, type UnloadVariables } from "./queries";
import { call, failed, runScope, type State } from "./tasks";

/** Names of the query of rejected rows and of its result: both results are judged together. */
const rejectedVariables: UnloadVariables = { rendered: "rendered", unloaded: "rejected" };

/** The first state of a table's conversion. */
export function conversionEntry({ table }: ConversionPlan): string {
  return `Prepare rejected rows of ${table}`;
}

/** The states of one conversion, and what follows. */
export function conversionStates(
  plan: StateMachinePlan,
  conversion: ConversionPlan,
  next: string,
): Record<string, State> {
  const { table, partitioned, root, rejectedRoot } = conversion;
  const [rejected, converted] = [`rejected rows of ${table}`, `conversion of ${table}`];
  const judge = `Judge conversion of ${table}`;
  const { converter } = plan.functions;
  const prepare = (rows: "converted" | "rejected", name: string): State =>
    call(
      converter,
      { run: runScope, table, rows },
      {
        Assign: { rendered: "{% $states.result.Payload %}", attempt: 0 },
        Output: {},
        Catch: failed,
        Next: `Query ${name}`,
      },
    );
  const query = { workgroup: plan.workgroup, attempts: stepAttempts, failed: endOfRun };
  const result = ({ unloaded }: UnloadVariables): string => `{% $${unloaded} %}`;
  return {
    [conversionEntry(conversion)]: prepare("rejected", rejected),
    ...unloadStates({
      ...query,
      name: rejected,
      location: runFolder({ root: rejectedRoot, partitioned }),
      variables: rejectedVariables,
      next: `Prepare ${converted}`,
    }),
    [`Prepare ${converted}`]: prepare("converted", converted),
    ...unloadStates({
      ...query,
      name: converted,
      location: runFolder({ root, partitioned }),
      variables: stepVariables,
      next: judge,
    }),
    [judge]: call(
      converter,
      { run: runScope, table, converted: result(stepVariables), rejected: result(rejectedVariables) },
      { Output: {}, Catch: failed, Next: next },
    ),
  };
}
