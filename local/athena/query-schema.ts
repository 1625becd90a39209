/**
 * Queries in the words of Athena's API.
 */
import type { AthenaEngine } from "./engine";
import type { QueryRecord } from "./query-log";

/** Engine that answers; Athena names it so. */
export const ENGINE_VERSION = {
  SelectedEngineVersion: "AUTO",
  EffectiveEngineVersion: "Athena engine version 3",
};

interface Times {
  /** All in milliseconds. */
  readonly queued: number;
  readonly running: number;
  readonly total: number;
}

function timesOf(record: QueryRecord): Times {
  const submitted = Date.parse(record.submitted);
  const started = Date.parse(record.started ?? record.completed ?? record.submitted);
  const completed = Date.parse(record.completed ?? record.started ?? record.submitted);
  return { queued: started - submitted, running: completed - started, total: completed - submitted };
}

/** `QueryExecution` of GetQueryExecution. */
export function describeQuery(record: QueryRecord, engine: AthenaEngine): object {
  const { queued, running, total } = timesOf(record);
  const known = engine.workGroups.list().some((group) => group.Name === record.workGroup);
  return {
    QueryExecutionId: record.id,
    Query: record.query,
    StatementType: record.statementType,
    SubstatementType: record.substatementType,
    ManagedQueryResultsConfiguration: { Enabled: false },
    ResultConfiguration: { OutputLocation: record.output, ...withoutUndefined(record.resultConfiguration) },
    ResultReuseConfiguration: { ResultReuseByAgeConfiguration: { Enabled: false } },
    QueryExecutionContext: { Database: record.database, Catalog: record.catalog },
    Status: {
      State: record.state,
      StateChangeReason: record.reason,
      SubmissionDateTime: new Date(record.submitted),
      CompletionDateTime: record.completed === undefined ? undefined : new Date(record.completed),
      AthenaError: record.error,
    },
    Statistics: {
      EngineExecutionTimeInMillis: running,
      DataScannedInBytes: record.bytesScanned,
      DataManifestLocation: record.manifest,
      TotalExecutionTimeInMillis: total,
      QueryQueueTimeInMillis: queued,
      ServicePreProcessingTimeInMillis: 0,
      QueryPlanningTimeInMillis: 0,
      ServiceProcessingTimeInMillis: 0,
      ResultReuseInformation: { ReusedPreviousResult: false },
    },
    WorkGroup: record.workGroup,
    EngineVersion: known ? ENGINE_VERSION : undefined,
    ExecutionParameters: record.parameters,
  };
}

function withoutUndefined(value: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined));
}

/** Output of GetQueryRuntimeStatistics. */
export function describeStatistics(record: QueryRecord): object {
  const { queued, running, total } = timesOf(record);
  return {
    QueryRuntimeStatistics: {
      Timeline: {
        QueryQueueTimeInMillis: queued,
        EngineExecutionTimeInMillis: running,
        TotalExecutionTimeInMillis: total,
      },
      Rows: { InputBytes: record.bytesScanned, OutputRows: record.rows },
    },
  };
}
