/** Facts of https://openlineage.io/spec/2-0-2/OpenLineage.json and of the facets' schemas beside it. */
import { expect } from "chai";
import { z } from "zod";
import { openLineageEvents, type LineageRun } from "../../../functions/handlers/lineage";

const uri = z.string().regex(/^(https?:\/\/|urn:)/);
const dateTime = z.iso.datetime();
const facet = z.object({
  _producer: uri,
  _schemaURL: z.string().regex(/^https:\/\/openlineage\.io\/spec\/facets\/\d+-\d+-\d+\/(\w+)\.json#\/\$defs\/\1$/),
});
const facets = <T extends z.ZodRawShape>(members: T) => z.strictObject(members);
const field = z.strictObject({
  namespace: z.string(),
  name: z.string(),
  field: z.string(),
  transformations: z.array(
    z.strictObject({
      type: z.enum(["DIRECT", "INDIRECT"]),
      subtype: z.string(),
      description: z.string(),
      masking: z.boolean(),
    }),
  ),
});
const dataset = {
  namespace: z.string(),
  name: z.string(),
  facets: facets({
    schema: facet
      .extend({
        fields: z.array(z.strictObject({ name: z.string(), type: z.string(), description: z.string().optional() })),
      })
      .optional(),
    documentation: facet.extend({ description: z.string() }).optional(),
    ownership: facet
      .extend({ owners: z.array(z.strictObject({ name: z.string(), type: z.string().optional() })) })
      .optional(),
    tags: facet
      .extend({
        tags: z.array(
          z.strictObject({
            key: z.string(),
            value: z.string(),
            source: z.string().optional(),
            field: z.string().optional(),
          }),
        ),
      })
      .optional(),
    version: facet.extend({ datasetVersion: z.string() }).optional(),
    columnLineage: facet
      .extend({
        fields: z.record(z.string(), z.strictObject({ inputFields: z.array(field) })),
        dataset: z.array(field),
      })
      .optional(),
  }),
};
const runEvent = z.strictObject({
  eventType: z.enum(["START", "RUNNING", "COMPLETE", "ABORT", "FAIL", "OTHER"]),
  eventTime: dateTime,
  producer: uri,
  schemaURL: z.literal("https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent"),
  run: z.strictObject({
    runId: z.uuid(),
    facets: facets({
      nominalTime: facet.extend({ nominalStartTime: dateTime }).optional(),
      parent: facet
        .extend({
          run: z.strictObject({ runId: z.uuid() }),
          job: z.strictObject({ namespace: z.string(), name: z.string() }),
        })
        .optional(),
      errorMessage: facet.extend({ message: z.string(), programmingLanguage: z.string() }).optional(),
    }),
  }),
  job: z.strictObject({
    namespace: z.string(),
    name: z.string(),
    facets: facets({
      jobType: facet.extend({
        processingType: z.enum(["BATCH", "STREAMING"]),
        integration: z.string(),
        jobType: z.string(),
      }),
      sql: facet.extend({ query: z.string() }).optional(),
    }),
  }),
  inputs: z.array(z.strictObject(dataset)),
  outputs: z.array(
    z.strictObject({ ...dataset, outputFacets: facets({ outputStatistics: facet.extend({ rowCount: z.int() }) }) }),
  ),
});

const place = { namespace: "tributary.emissions.dev", region: "us-east-1", landing: "landing" };
const date = { exec_date: "2024-11-09" };
const run: LineageRun = {
  manifest: {
    pipeline: "daily",
    ...date,
    run: "0a",
    status: "SUCCEEDED",
    started: "2024-11-09T05:00:00.000Z",
    ended: "2024-11-09T05:01:00.000Z",
    inputs: [{ key: "incoming/x/2024-11-09/oh.parquet", etag: "e1", size: 1 }],
    upstreams: {},
    steps: [
      {
        ...{ kind: "land", database: "db", table: "oh", rows: 3, location: "s3://landing/oh/1/", partition: date },
        ...{ published: true, ended: "2024-11-09T05:00:20.000Z", bytesScanned: undefined, queryExecutionId: undefined },
        ...{ sql: undefined, sources: [{ key: "incoming/x/2024-11-09/oh.parquet", etag: "e1", name: "oh.parquet" }] },
      },
      {
        ...{
          kind: "model",
          database: "db",
          table: "months",
          rows: 1,
          location: "s3://processed/months/1/",
          partition: date,
        },
        ...{
          published: true,
          ended: "2024-11-09T05:00:40.000Z",
          bytesScanned: 10,
          queryExecutionId: "q",
          sources: undefined,
        },
        sql: "executions/months_rendered.sql",
      },
    ],
    checks: [],
    notes: [],
  },
  sql: {
    "executions/months_rendered.sql": "select month, sum(tons) as tons from db.oh where month > 1 group by month",
  },
  tables: [
    {
      database: "db",
      table: "oh",
      columns: [
        { column: "month", type: "int" },
        { column: "tons", type: "float" },
      ],
      grain: [],
    },
    {
      database: "db",
      table: "months",
      columns: [
        { column: "month", type: "int" },
        { column: "tons", type: "float" },
      ],
      grain: [],
      about: {
        description: "Tons by month",
        owner: "co2@example.org",
        tags: ["co2"],
        comments: { tons: "short tons" },
        personalData: ["month"],
      },
    },
  ],
};

describe("the lineage of a run", () => {
  it("tells what people say of a table, by the facets of the specification", () => {
    const [output] = openLineageEvents(run, place).flatMap(({ outputs }) =>
      (outputs as { name: string; facets: Record<string, unknown> }[]).filter(({ name }) => name.endsWith(".months")),
    );
    const { schema, documentation, ownership, tags } = output.facets;
    expect(schema).to.deep.include({
      fields: [
        { name: "month", type: "int" },
        { name: "tons", type: "float", description: "short tons" },
      ],
    });
    expect(documentation).to.include({ description: "Tons by month" });
    expect(ownership).to.deep.include({ owners: [{ name: "co2@example.org" }] });
    expect(tags).to.deep.include({
      tags: [
        { key: "co2", value: "true", source: "TRIBUTARY" },
        { key: "personal_data", value: "true", source: "TRIBUTARY", field: "month" },
      ],
    });
  });

  it("is told in events that the specification allows", () => {
    for (const status of ["SUCCEEDED", "FAILED", "SKIPPED", "SUPERSEDED"] as const) {
      const error = status === "FAILED" ? { name: "ResultEmpty", message: "nothing" } : undefined;
      for (const event of openLineageEvents({ ...run, manifest: { ...run.manifest, status, error } }, place)) {
        const read = runEvent.safeParse(JSON.parse(JSON.stringify(event)));
        expect(read.error ? z.prettifyError(read.error) : undefined).to.equal(undefined);
      }
    }
  });

  it("starts and ends each job, in order", () => {
    const events = openLineageEvents(run, place) as unknown as z.infer<typeof runEvent>[];
    expect(events.map(({ job, eventType, eventTime }) => [job.name, eventType, eventTime.slice(11, 19)])).to.deep.equal(
      [
        ["daily", "START", "05:00:00"],
        ["daily.land.oh", "START", "05:00:00"],
        ["daily.land.oh", "COMPLETE", "05:00:20"],
        ["daily.model.months", "START", "05:00:00"],
        ["daily.model.months", "COMPLETE", "05:00:40"],
        ["daily", "COMPLETE", "05:01:00"],
      ],
    );
    const [first, , , , model] = events;
    expect(model.run.facets.parent?.run.runId).to.equal(first.run.runId);
    expect(model.inputs.map(({ namespace, name }) => [namespace, name])).to.deep.equal([
      ["awsathena://athena.us-east-1.amazonaws.com", "AwsDataCatalog.db.oh"],
    ]);
    const [output] = model.outputs;
    expect(output.facets.columnLineage?.fields.tons.inputFields[0]).to.deep.include({
      field: "tons",
      transformations: [{ type: "DIRECT", subtype: "AGGREGATION", description: "", masking: false }],
    });
    expect(output.facets.columnLineage?.dataset.map((each) => each.transformations[0].subtype)).to.deep.equal([
      "FILTER",
      "GROUP_BY",
    ]);
    expect(output.outputFacets.outputStatistics.rowCount).to.equal(1);
  });

  it("names a run the same each time, and another run otherwise", () => {
    const id = (name: string) =>
      (openLineageEvents({ ...run, manifest: { ...run.manifest, run: name } }, place)[0].run as { runId: string })
        .runId;
    expect(id("0a")).to.equal(id("0a")).and.not.equal(id("0b"));
  });
});
