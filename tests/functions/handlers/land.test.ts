import { PutObjectCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { landFiles } from "../../../functions/handlers/land";
import { arns } from "../../../infra/names";
import { grants, policy } from "../../../infra/permissions";
import { functionStatements } from "../../../infra/pipeline/permissions";
import { etl, withRole } from "../../local/iam/role";
import { withoutFunctionLogs } from "../../model/quiet";
import { bucket, LocalStorage } from "../../model/storage";
import { landingPlaces, parquet } from "./landing";

const executions = "pipeline_executions/p/2024-11-08/20241109T000000Z-0a/";
const run = { pipeline: "p", exec_date: "2024-11-08", run: "0a", executions, started: "2024-11-09T00:00:00Z" };
const key = "incoming/s/2024-11-08/readings.parquet";
const settings = { landing: bucket, assets: bucket };

const place = { account: "111122223333", region: "us-east-1", stage: "dev" };
/** A file whose footer is whole and whose first pages are not. */
function damaged(file: Buffer): Buffer {
  const copy = Buffer.from(file);
  const data = copy.length - 8 - copy.readUInt32LE(copy.length - 8);
  copy.fill(0xff, 40, data);
  return copy;
}

/** A file in which a name is another of the same length. */
function withName(file: Buffer, from: string, to: string): Buffer {
  return Buffer.from(file.toString("latin1").replaceAll(from, to), "latin1");
}

describe("landing a file", () => {
  let storage: LocalStorage;
  let ids: Buffer;
  let speak: () => void;
  before(async () => {
    speak = withoutFunctionLogs();
    const authorizer = withRole(policy(functionStatements(grants(arns(place)), landingPlaces).land ?? []));
    storage = new LocalStorage((_caller, permission, { service }) => {
      if (asRole) authorizer.authorize(etl, permission, { service });
    });
    ids = await parquet("SELECT 1::INTEGER AS id, 'x' AS other");
  });
  after(async () => {
    speak();
    await storage.close();
  });
  beforeEach(() => storage.empty());
  /** Whether calls are those of the function's role, as it is deployed; the tests' own are not. */
  let asRole = false;

  /** Puts the file there, and the input of a run that is to land it. */
  async function arrive(body: Buffer, table = "dated"): Promise<void> {
    await storage.put(key, body);
    const found = await storage.store.find(bucket, key);
    const file = { key, etag: found?.etag, size: found?.size, database: "db", table };
    const input = {
      ...{ ...run, date: "20241108", pipeline_type: "t", start_dttm: run.started, env: "dev", frequency: "daily" },
      ...{ monthly: false, yearly: false, due: true, audits_only: false, notes: [], parameters: {}, upstreams: {} },
      files: [{ prefix: "readings", ...file }],
    };
    await storage.put(`${executions}input.json`, JSON.stringify(input));
  }
  const land = async () => {
    asRole = true;
    try {
      return await landFiles({ run, batch: 0 }, { ...storage.clients(), settings, now: storage.clock.now });
    } finally {
      asRole = false;
    }
  };
  const landed = (): string[] => storage.store.keys(bucket, "db/");

  for (const [table, folder] of [
    ["dated", "db/dated/exec_date=2024-11-08/0a/"],
    ["whole", "db/whole/0a/"],
  ] as const) {
    it(`brings it to the run's own folder of the table ${table}, however often it is asked`, async () => {
      await arrive(ids, table);
      await land();
      await land();
      expect(landed()).to.deep.equal([`${folder}readings.parquet`]);
      expect((await storage.store.find(bucket, landed()[0] ?? ""))?.size).to.equal(ids.length);
      expect(storage.published(table, "2024-11-08")).to.equal(undefined);
    });
  }

  // API reference, CopyObject: tags come along unless x-amz-tagging-directive is REPLACE, and then need permissions on both objects.
  it("brings a file that has tags, without them and without permissions on tags", async () => {
    await arrive(ids);
    await storage
      .clients()
      .s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: ids, Tagging: "by=vendor" }));
    await land();
    expect((await storage.store.find(bucket, landed()[0] ?? ""))?.tags).to.equal(undefined);
  });

  const faults: { name: string; error: string; says: string; meet: () => Promise<void> }[] = [
    {
      name: "a file that is none of Parquet",
      error: "FileNotParquet",
      says: `s3://${bucket}/${key} is not a whole Parquet file`,
      meet: () => arrive(Buffer.from("id\n1\n2\n3\n")),
    },
    {
      name: "a file without a column",
      error: "ColumnMissing",
      says: "lacks id (int) of db.dated; it has ident.",
      meet: async () => arrive(await parquet("SELECT 1::INTEGER AS ident")),
    },
    {
      name: "a column of another type",
      error: "ColumnTypeMismatch",
      says: "id is BYTE_ARRAY; db.dated declares int (INT32).",
      meet: async () => arrive(await parquet("SELECT 'one' AS id")),
    },
    {
      name: "a file with a column in upper and in lower case",
      error: "ColumnTypeMismatch",
      says: "has id and ID: names of columns differ by more than case, and db.dated reads one id.",
      meet: async () => arrive(withName(await parquet("SELECT 1::INTEGER AS id, 2::INTEGER AS xx"), "xx", "ID")),
    },
    ...(["uncompressed", "snappy", "gzip", "brotli"] as const).map((codec) => ({
      name: `a file with a damaged page (${codec})`,
      error: "FileNotParquet",
      says: "the data of its column id cannot be read: ",
      meet: async () =>
        arrive(damaged(await parquet("SELECT (i % 1000)::INTEGER AS id FROM range(20000) t(i)", codec))),
    })),
    {
      name: "a file without rows",
      error: "ResultEmpty",
      says: "db.dated would be published without a row for 2024-11-08 (run 0a)",
      meet: async () => arrive(await parquet("SELECT 1::INTEGER AS id WHERE false")),
    },
    {
      name: "a file that was replaced since it was announced",
      error: "IncomingFileReplaced",
      says: `s3://${bucket}/${key} is not the file with ETag`,
      meet: async () => {
        await arrive(ids);
        await storage.put(key, await parquet("SELECT 2::INTEGER AS id"));
      },
    },
    {
      name: "a file that is gone",
      error: "IncomingFileMissing",
      says: `s3://${bucket}/${key} was there when this run was started, and is gone`,
      meet: async () => {
        await arrive(ids);
        await storage.store.delete(bucket, key);
      },
    },
  ];
  for (const { name, error, says, meet } of faults) {
    it(`refuses ${name} as ${error}, and leaves nothing`, async () => {
      await meet();
      const thrown = await land().then(
        () => undefined,
        (reason: unknown) => reason as Error,
      );
      expect(thrown?.name).to.equal(error);
      expect(thrown?.message).to.include(says);
      expect(landed()).to.deep.equal([]);
    });
  }
});
