/** What the services measure of themselves. */
import type { MeasuredQuery } from "../athena/engine";
import type { Queues } from "../messaging/queues";
import type { StatusChange } from "../states/status-change";
import { pointOf, type Metrics } from "./metrics";

/** Names by how an execution ended. Step Functions documentation, "Monitoring Step Functions metrics using CloudWatch". */
const endings: Partial<Record<StatusChange["status"], string>> = {
  SUCCEEDED: "ExecutionsSucceeded",
  FAILED: "ExecutionsFailed",
  TIMED_OUT: "ExecutionsTimedOut",
  ABORTED: "ExecutionsAborted",
};

/** Counts starts and ends of executions. */
export function measureExecution(metrics: Metrics, change: StatusChange): void {
  const dimensions = { StateMachineArn: change.stateMachineArn };
  const count = (name: string, value: number, unit: string): void =>
    metrics.count({ namespace: "AWS/States", name, dimensions }, value, unit);
  const ending = endings[change.status];
  if (ending === undefined) {
    count("ExecutionsStarted", 1, "Count");
    return;
  }
  count(ending, 1, "Count");
  count("ExecutionTime", (change.stopDate ?? change.startDate) - change.startDate, "Milliseconds");
}

/** Measures how long queues are, as SQS does every minute. SQS documentation, "Available CloudWatch metrics for Amazon SQS". */
export function measureQueues(metrics: Metrics, queues: Queues, now: Date): void {
  // The minute that ends now: what an evaluation looks at.
  const time = Math.floor(now.getTime() / 60_000) * 60_000 - 1;
  for (const name of queues.names()) {
    const { visible, inFlight, delayed } = queues.counts(name);
    const dimensions = { QueueName: name };
    const measured = {
      ApproximateNumberOfMessagesVisible: visible,
      ApproximateNumberOfMessagesNotVisible: inFlight,
      ApproximateNumberOfMessagesDelayed: delayed,
    };
    metrics.put(
      Object.entries(measured).map(([metric, value]) => ({
        namespace: "AWS/SQS",
        name: metric,
        dimensions,
        point: pointOf(time, value, "Count"),
      })),
    );
  }
}

/** Counts an invocation of a function. Lambda documentation, "Types of metrics for Lambda functions". */
export function measureInvocation(
  metrics: Metrics,
  functionName: string,
  { milliseconds, failed }: { milliseconds: number; failed: boolean },
): void {
  const dimensions = { FunctionName: functionName };
  const id = (name: string) => ({ namespace: "AWS/Lambda", name, dimensions });
  metrics.count(id("Invocations"), 1, "Count");
  metrics.count(id("Errors"), failed ? 1 : 0, "Count");
  metrics.count(id("Duration"), milliseconds, "Milliseconds");
}

/** Measures a query. Athena documentation, "List of CloudWatch metrics and dimensions for Athena". */
export function measureQuery(
  metrics: Metrics,
  { workGroup, statementType, state, bytesScanned, milliseconds }: MeasuredQuery,
): void {
  const dimensions = {
    QueryState: state === "CANCELLED" ? "CANCELED" : state,
    QueryType: statementType,
    WorkGroup: workGroup,
  };
  const id = (name: string) => ({ namespace: "AWS/Athena", name, dimensions });
  metrics.count(id("ProcessedBytes"), bytesScanned, "Bytes");
  metrics.count(id("EngineExecutionTime"), milliseconds, "Milliseconds");
  metrics.count(id("TotalExecutionTime"), milliseconds, "Milliseconds");
}
