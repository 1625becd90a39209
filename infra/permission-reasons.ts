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
  FindIncoming: "Used only when a file is gone between its run's start and its landing.",
  ReadTurn: "Used only where there are more partitions than one night's pruning comes to.",
  KeepTurn: "Used only where there are more partitions than one night's pruning comes to.",
  AbortCopies: "Used only when the copy of a file over 5 GB fails half-way.",
  "RegisterRuns glue:UpdatePartition": "Used only when the attempt of a run is repeated.",
  "RunQueries athena:StopQueryExecution": "Used only when a run is stopped, or runs out of time, during a query.",
};

/** Reasons for grants on patterns of resources, by statement without its number. */
export const resourcePatterns: Readonly<Record<string, string>> = {
  DeliverLogs: "AWS offers no narrower resource: these actions know none.",
  Trace: "AWS offers no narrower resource: these actions know none.",
  WriteLogs: "Log streams have names that Lambda makes up; the log group is exact.",
  WriteTrail: "Log streams have names that CloudTrail makes up; the log group is exact.",
  ReadIncoming: "Incoming files have the names that upstreams give them, in a folder per date.",
  ReadControlFile: "A control file stands in a folder per date; its name is exact.",
  WriteControlFile: "A control file stands in a folder per date; its name is exact.",
  ReadMarkers: "Completion markers stand in a folder per date; their names are exact.",
  ReadTemplates: "Models import macros by name; all templates are the program's own.",
  ReadAuditConfigs: "One configuration per audited table of this pipeline.",
  ReadCheckConfigs: "One configuration per checked table of this pipeline.",
  ReadResultFiles: "Athena names its result files after the query, in a bucket that holds nothing else.",
  ReadMakers: "How a table was made is kept with each run of the pipelines that made it, under date and run.",
  RecordRejection: "A rejected control file's record carries its date and run, and any name.",
  ReadRecords: "Each run keeps its records under its date and run.",
  WriteRecords: "Each run keeps its records under its date and run.",
  ReadUpstreamRuns: "Each run keeps its manifest under its date and run; the upstreams are exact.",
  ReadLatestRuns: "Each run keeps its manifest under its date and run; the pipelines are exact.",
  ReadPartLists: "Manifests of parts stand in a folder per date; their names are exact.",
  ReadManifests: "Each run keeps its manifest under its pipeline, date and run.",
  WriteManifests: "Each run keeps its manifest under its pipeline, date and run.",
  ReadLeases: "A lease per partition, named after its values; the table is exact.",
  WriteLeases: "A lease per partition, named after its values; the table is exact.",
  WriteLanded: "Each run writes below its table, under its date and run.",
  AbortCopies: "Each run writes below its table, under its date and run.",
  DeleteRuns: "Superseded runs lie below their table, under their date and run.",
  ReadResults: "Each run writes below its table, under its date and run.",
  ReadSources: "Readers follow the catalog to whichever run is published, below the table.",
  WriteTargets: "Each run writes below its table, under its date and run.",
  WriteResults: "Athena names its result files after the query, in a bucket that holds nothing else.",
};
