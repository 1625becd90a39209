/** What the functions of a run logged, from CloudWatch Logs. */
import {
  CloudWatchLogsClient,
  paginateDescribeLogGroups,
  paginateFilterLogEvents,
} from "@aws-sdk/client-cloudwatch-logs";
import { atMost } from "../../functions/invocation/concurrency";
import { CommandError } from "../command-error";
import type { Lake } from "../lake/lake";
import type { Run } from "../runs/run-records";
import { functionEntry, type LogEntry } from "./entries";

/** Milliseconds around a run's record within which its lines are looked for: clocks differ, and functions log after the end. */
const AROUND = 10 * 60_000;
/** Log groups that are asked at a time: CloudWatch Logs allows few calls a second. */
const GROUPS_AT_ONCE = 3;

/** Reads the lines that carry the run's id. */
export async function readFunctionLines(run: Run, { outputs, clients }: Lake): Promise<LogEntry[]> {
  const machine = outputs.pipelines.find(({ name }) => name === run.pipeline)?.stateMachine;
  const lakeWide = ["unknown", "ended"].map((name) => `/aws/lambda/${outputs.workgroup}-${name}`);
  if (!/^[\w.-]+$/.test(run.run)) throw new CommandError(`'${run.run}' is no run's id.`);
  const logs = new CloudWatchLogsClient(clients);
  try {
    const groups: string[] = [];
    for (const prefix of [...(machine ? [`/aws/lambda/${machine}-`] : []), ...lakeWide]) {
      for await (const page of paginateDescribeLogGroups({ client: logs }, { logGroupNamePrefix: prefix })) {
        groups.push(...(page.logGroups ?? []).flatMap(({ logGroupName = "" }) => logGroupName));
      }
    }
    const found = await atMost(GROUPS_AT_ONCE, groups, async (group) => {
      // The pipeline, which all of them are called after, stands in the heading.
      const name = (group.split("/").pop() ?? "").replace(`${machine ?? outputs.workgroup}-`, "");
      return linesOf(logs, group, name, run);
    });
    return found.flat();
  } finally {
    logs.destroy();
  }
}

async function linesOf(
  logs: CloudWatchLogsClient,
  logGroupName: string,
  functionName: string,
  run: Run,
): Promise<LogEntry[]> {
  const search = {
    logGroupName,
    // CloudWatch Logs User Guide, "Filter pattern syntax": JSON lines by the value of a member.
    filterPattern: `{ $.run = "${run.run}" }`,
    startTime: Date.parse(run.started) - AROUND,
    endTime: (run.ended === undefined ? Date.now() : Date.parse(run.ended)) + AROUND,
  };
  const entries: LogEntry[] = [];
  for await (const page of paginateFilterLogEvents({ client: logs }, search)) {
    for (const { timestamp = 0, message = "" } of page.events ?? []) {
      entries.push(functionEntry(functionName, new Date(timestamp), message));
    }
  }
  return entries;
}
