/** What the functions of one pipeline may do: pure. Each statement is there because a line of the function needs it. */
import { runsTableName } from "../../audit/data-check-query";
import { watchedKey } from "../../functions/arrival/watcher-checkpoint";
import { conversionConfigKey } from "../../functions/formats/land-text";
import { prunerCheckpointKey } from "../../functions/publication/pruner-checkpoint";
import type { Grants, Statement, TablePlace } from "../permissions";
import type { PipelinePlaces } from "./places";

/** Functions that every pipeline has, and those that some need, by the name of their handler. */
type Always = "trigger" | "watcher" | "complete" | "lineage" | "pruner";
type Sometimes = "land" | "converter" | "render" | "checker" | "register" | "publish" | "auditor" | "explainer";
export type PipelineFunction = Always | Sometimes;

/** One value for each function that a pipeline has. */
export type ByFunction<T> = Readonly<Record<Always, T> & Partial<Record<Sometimes, T>>>;

/** Makes a value of each function's value. */
export function mapFunctions<T, U>(values: ByFunction<T>, map: (value: T, name: PipelineFunction) => U): ByFunction<U> {
  const entries = Object.entries(values) as [PipelineFunction, T][];
  return Object.fromEntries(entries.map(([name, value]) => [name, map(value, name)])) as unknown as ByFunction<U>;
}

/** The functions that a pipeline needs, with the statements of each one's role. */
export function functionStatements(grant: Grants, places: PipelinePlaces): ByFunction<Statement[]> {
  const {
    pipeline,
    source,
    after,
    latest,
    manifests,
    landing,
    assets,
    landed,
    converted,
    published,
    replaced,
    checked,
    compared,
    checkReads,
    audit,
    explained,
  } = places;
  const incoming = `incoming/${source}/*`;
  const executions = `pipeline_executions/${pipeline}/*`;
  const control = `${incoming}/${pipeline}.done`;
  const marker = `${incoming}/${pipeline}.completed`;
  const written = [...published, ...replaced];
  const rejected = converted.map((each) => each.rejected);
  const typed = converted.map(({ table }) => table);
  const arrived = converted.map((each) => each.arrived);
  const registered = written.filter((table) => !landed.includes(table) && !rejected.includes(table));
  const conversionConfigs = grant.readObjects(
    "ReadConversions",
    assets,
    typed.map(({ table }) => conversionConfigKey(pipeline, table)),
  );
  const ownAmong = (tables: readonly TablePlace[]) => written.filter((table) => tables.includes(table));
  const watched = watchedKey(pipeline);
  const pruned = prunerCheckpointKey(pipeline);
  const readDefinition = grant.readObjects("ReadDefinition", assets, [`pipelines/${pipeline}/definition.json`]);
  const listIncoming = grant.listPrefixes("ListIncoming", landing, [incoming]);
  const listRecords = grant.listPrefixes("ListRecords", assets, [executions]);
  const readRecords = grant.readObjects("ReadRecords", assets, [executions]);
  const writeRecords = grant.writeObjects("WriteRecords", assets, [executions]);
  /** What a query takes that may read what the run itself wrote, of those `tables`. */
  const readOwnData = (tables: readonly TablePlace[]): Statement[] => [
    listRecords,
    ...(ownAmong(tables).length > 0 ? [readRecords] : []),
  ];
  const readUpstreams =
    after.length === 0
      ? []
      : [
          grant.readObjects(
            "ReadMarkers",
            landing,
            after.map((upstream) => `${incoming}/${upstream}.completed`),
          ),
          grant.listPrefixes(
            "ListUpstreamRuns",
            assets,
            after.map((upstream) => `pipeline_executions/${upstream}/*`),
          ),
          grant.readObjects(
            "ReadUpstreamRuns",
            assets,
            after.map((upstream) => `pipeline_executions/${upstream}/*/manifest.json`),
          ),
        ];
  const readLatest =
    latest.length === 0
      ? []
      : [
          grant.listPrefixes(
            "ListLatestRuns",
            assets,
            latest.flatMap((upstream) => [`pipeline_executions/${upstream}/`, `pipeline_executions/${upstream}/*`]),
          ),
          grant.readObjects(
            "ReadLatestRuns",
            assets,
            latest.map((upstream) => `pipeline_executions/${upstream}/*/manifest.json`),
          ),
        ];
  const readManifests =
    manifests.length === 0 ? [] : [grant.readObjects("ReadPartLists", landing, [...new Set(manifests)])];
  /** What whoever looks at a date takes: what has arrived for it, and what comes before it. */
  const readDates = [readDefinition, listIncoming, ...readManifests, ...readUpstreams, ...readLatest];
  /** What whoever begins or ends a run takes: its date, and the records. */
  const keepRecordsOfDates = [...readDates, listRecords, readRecords, writeRecords];
  const leases = [
    ...published.map(({ database, table }) => `leases/${database}/${table}/*`),
    ...replaced.map(({ database, table }) => `leases/${database}/${table}.json`),
  ];
  const takeLeases =
    leases.length === 0
      ? []
      : [grant.readObjects("ReadLeases", assets, leases), grant.writeObjects("WriteLeases", assets, leases)];
  return {
    trigger: [...keepRecordsOfDates, grant.startExecutions("StartRun", places.stateMachine)],
    watcher: [
      ...readDates,
      grant.readObjects("ReadControlFile", landing, [control]),
      grant.writeObjects("WriteControlFile", landing, [control]),
      listRecords,
      readRecords,
      grant.listPrefixes("FindWatched", assets, [watched]),
      grant.readObjects("ReadWatched", assets, [watched]),
      grant.writeObjects("KeepWatched", assets, [watched]),
    ],
    ...(landed.length > 0 && {
      land: [
        readRecords,
        // What it places for a conversion, the converter records.
        ...(landed.some((table) => !typed.includes(table)) ? [writeRecords] : []),
        ...(converted.length > 0 ? [conversionConfigs] : []),
        ...grant.readTables("ReadTables", [...landed, ...arrived]),
        grant.readObjects("ReadIncoming", landing, [incoming]),
        // S3 denies a key that is not there to who may list it only by its prefix: a listing tells a file that is gone.
        grant.listPrefixes("FindIncoming", landing, [incoming]),
        ...grant.writeBelow("WriteLanded", landed),
        ...grant.abortBelow("AbortCopies", landed),
        ...grant.registerRuns("RegisterRuns", [
          ...landed.filter((table) => !typed.includes(table)).map(tableOfRuns),
          ...arrived,
        ]),
      ],
    }),
    ...(converted.length > 0 && {
      converter: [
        conversionConfigs,
        readRecords,
        writeRecords,
        ...grant.readTables("ReadTables", [...typed, ...rejected]),
        ...grant.registerRuns("RegisterRuns", [...typed, ...rejected].map(tableOfRuns)),
        ...grant.listBelow("ListResults", [...typed, ...rejected]),
        ...grant.readBelow("ReadResults", [...typed, ...rejected]),
      ],
    }),
    ...(places.renders && {
      render: [
        grant.readObjects("ReadTemplates", assets, ["sql/*"]),
        writeRecords,
        ...readOwnData(places.read),
        ...grant.readTables("ReadTables", ownAmong(places.read)),
      ],
    }),
    ...(checked.length > 0 && {
      checker: [
        grant.readObjects("ReadCheckConfigs", assets, [`check_configs/${pipeline}/*`]),
        writeRecords,
        ...readOwnData([...compared, ...checkReads]),
        ...grant.readTables("ReadTables", ownAmong([...compared, ...checkReads])),
        ...grant.readPartitions("FindPriorDate", compared),
      ],
    }),
    ...(registered.length > 0 && {
      register: [
        writeRecords,
        ...grant.readTables("ReadTables", registered),
        ...grant.registerRuns("RegisterRuns", registered.map(tableOfRuns)),
        ...grant.listBelow("ListResults", registered),
        ...grant.readBelow("ReadResults", registered),
      ],
    }),
    ...(written.length > 0 && {
      publish: [
        listRecords,
        readRecords,
        writeRecords,
        ...takeLeases,
        ...grant.readTables("ReadTables", written),
        ...grant.publishPartitions("PublishPartitions", published),
        ...grant.publishTables("PublishTables", replaced),
      ],
    }),
    ...(audit && {
      auditor: [
        grant.readObjects("ReadAuditConfigs", assets, [`audit_configs/${pipeline}/*`]),
        writeRecords,
        ...readOwnData(audit.audited),
        ...grant.readTables("ReadTables", [
          ...[audit.table, audit.priorDateFrom],
          ...[...ownAmong(audit.audited), ...audit.comparedByRun],
        ]),
        ...grant.readPartitions("FindPriorDate", [audit.priorDateFrom]),
        ...grant.findPartition(
          "FindPriorRun",
          audit.comparedByRun.flatMap((table) => [table, tableOfRuns(table)]),
        ),
      ],
    }),
    ...(explained && {
      explainer: [
        grant.readObjects(
          "ReadDefinitions",
          assets,
          explained.pipelines.map((name) => `pipelines/${name}/definition.json`),
        ),
        grant.listPrefixes("ListMakers", assets, makers(explained.pipelines)),
        grant.readObjects("ReadMakers", assets, makers(explained.pipelines)),
        writeRecords,
        ...grant.readTables("ReadTables", [
          ...[...explained.tables, explained.explanation],
          ...(audit ? [audit.table] : []),
        ]),
        ...grant.findPartition("FindMakers", [...explained.partitioned, ...explained.byRun.map(tableOfRuns)]),
      ],
    }),
    lineage: [readRecords, writeRecords, ...grant.readTables("ReadTables", [...places.read, ...written])],
    complete: [
      ...keepRecordsOfDates,
      grant.readObjects("ReadControlFile", landing, [control, marker]),
      grant.writeObjects("WriteControlFile", landing, [control, marker]),
      ...(audit
        ? [
            ...grant.readTables("ReadTables", [audit.priorDateFrom]),
            ...grant.readPartitions("FindNextDate", [audit.priorDateFrom]),
            grant.startExecutions("RepeatAudits", places.stateMachine),
          ]
        : []),
    ],
    pruner: [
      readDefinition,
      grant.listPrefixes("FindTurn", assets, [pruned]),
      grant.readObjects("ReadTurn", assets, [pruned]),
      grant.writeObjects("KeepTurn", assets, [pruned]),
      ...takeLeases,
      ...grant.readTables("ReadTables", written),
      ...grant.findPartitions("FindPublished", published),
      ...grant.unregisterRuns("UnregisterRuns", [...written.map(tableOfRuns), ...arrived]),
      ...grant.listBelow("ListRuns", written),
      ...grant.deleteBelow("DeleteRuns", written),
    ],
  };
}

/** The table of all runs of a table. */
export function tableOfRuns(place: TablePlace): TablePlace {
  return { ...place, table: runsTableName(place.table) };
}

/** Where it is kept how tables were made, and what is audited of them. */
function makers(pipelines: readonly string[]): string[] {
  return pipelines.flatMap((name) => [`pipeline_executions/${name}/*`, `audit_configs/${name}/*`]);
}
