/**
 * Why some grants are never used in a run on one machine, and why some cover a pattern of resources. A test runs every kind of
 * run and finds each unused grant and each pattern here; one without a reason fails it.
 */

/** Reasons for grants that no local run uses, by statement, or by statement and action. */
export const unusedGrants: Readonly<Record<string, string>> = {
  WriteLogs: "Lambda writes a function's log with the function's role; the local runtime keeps logs as files.",
  KeepFailedEvents: "Used only for an event that failed after all retries.",
  DeliverLogs:
    "Step Functions sets up its log delivery with the machine's role; the local runtime has no CloudWatch Logs.",
  Trace: "Step Functions sends traces with the machine's role; the local runtime has no X-Ray.",
  ReadDependents: "Used only if pipelines come after this one; they are declared later.",
  FindCompleted: "Used only if pipelines come after this one; they are declared later.",
  "RunQueries athena:StopQueryExecution": "Used only when a run is stopped, or runs out of time, during a query.",
};

/** Reasons for grants on patterns of resources, by statement without its number. */
export const resourcePatterns: Readonly<Record<string, string>> = {
  DeliverLogs: "AWS offers no narrower resource: these actions know none.",
  Trace: "AWS offers no narrower resource: these actions know none.",
  WriteLogs: "Log streams have names that Lambda makes up; the log group is exact.",
  ReadIncoming: "Incoming files have the names that upstreams give them, in a folder per date.",
  WriteControlFile: "A control file stands in a folder per date; its name is exact.",
  WriteMarkers: "Markers and dependents' control files stand in a folder per date.",
  ReadTemplates: "Models import macros by name; all templates are the program's own.",
  ReadAuditConfigs: "One configuration per audited table of this pipeline.",
  ReadDependents: "Dependents are declared after the pipeline, each with an object of its own.",
  RecordRejection: "A rejected control file's record carries its date and run; the lake's own covers any name.",
  KeepRenderedSql: "Each run keeps its SQL under its date and run.",
  WriteManifest: "Each run keeps its manifest under its date and run.",
  WriteLanded: "Each run writes below its table, under its date and run.",
  ReadResults: "Each run writes below its table, under its date and run.",
  ReadSources: "Readers follow the catalog to whichever run is published, below the table.",
  WriteTargets: "Each run writes below its table, under its date and run.",
  WriteResults: "Athena names its result files after the query, in a bucket that holds nothing else.",
};
