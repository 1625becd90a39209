/** The executions of runs, as Step Functions knows them. */
import { DescribeExecutionCommand, GetExecutionHistoryCommand, paginateGetExecutionHistory } from "@aws-sdk/client-sfn";
import type { HistoryEvent } from "@aws-sdk/client-sfn";
import { executionName } from "../../functions/runs/pipeline";
import type { Lake } from "./lake";
import type { Run } from "../runs/run-records";

type Machines = Pick<Lake, "sfn" | "outputs" | "place">;

/** ARN of a run's execution; undefined if its pipeline is none of the lake's. */
export function executionArn({ outputs, place }: Machines, run: Run): string | undefined {
  const machine = outputs.pipelines.find(({ name }) => name === run.pipeline)?.stateMachine;
  return machine && `arn:aws:states:${place.region}:${place.account}:execution:${machine}:${executionName(run)}`;
}

/** Status of a run's execution, e.g. `RUNNING`; undefined if there is none. */
export async function executionStatus(lake: Machines, run: Run): Promise<string | undefined> {
  const arn = executionArn(lake, run);
  if (arn === undefined) return undefined;
  try {
    return (await lake.sfn.send(new DescribeExecutionCommand({ executionArn: arn }))).status;
  } catch (error) {
    if ((error as Error).name === "ExecutionDoesNotExist") return undefined;
    throw error;
  }
}

/** Name of the state that a running execution entered last; undefined if it has entered none yet. */
export async function currentState(lake: Machines, run: Run): Promise<string | undefined> {
  const { events = [] } = await lake.sfn.send(
    new GetExecutionHistoryCommand({ executionArn: executionArn(lake, run), reverseOrder: true, maxResults: 100 }),
  );
  return events.find(({ stateEnteredEventDetails }) => stateEnteredEventDetails)?.stateEnteredEventDetails?.name;
}

/** All events of a run's execution; none if there is no execution. */
export async function executionHistory(lake: Machines, run: Run): Promise<HistoryEvent[]> {
  const arn = executionArn(lake, run);
  const events: HistoryEvent[] = [];
  if (arn === undefined) return events;
  try {
    for await (const page of paginateGetExecutionHistory({ client: lake.sfn }, { executionArn: arn })) {
      events.push(...(page.events ?? []));
    }
  } catch (error) {
    if ((error as Error).name !== "ExecutionDoesNotExist") throw error;
  }
  return events;
}
