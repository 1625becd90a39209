/**
 * The data catalog. AWS Glue web API reference: "Database API", "Table API", "Partition API".
 */
import { expect } from "chai";
import { AwsError } from "../../../local/api";
import { partitionFilter } from "../../../local/glue/expression";
import { GluePermissions } from "../../../local/glue/permissions";
import { AthenaWorld } from "../athena/world";

const TABLE = { DatabaseName: "db", TableName: "t" };

async function code(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "none";
  } catch (error) {
    return (error as { code: string }).code;
  }
}

function partition(value: string, Location = `s3://lake/t/${value}/`): object {
  return { Values: [value], StorageDescriptor: { Columns: [{ Name: "a", Type: "int" }], Location } };
}

describe("Glue", () => {
  let world: AthenaWorld;
  beforeEach(async () => {
    world = await new AthenaWorld().withLake();
    await world.table("t", "a int", "exec_date date");
  });
  afterEach(() => world.close());

  it("keeps a table's versions, unless it is told not to", async () => {
    const update = (Description: string, SkipArchive = false) =>
      world.call("glue", "UpdateTable", { DatabaseName: "db", TableInput: { Name: "t", Description }, SkipArchive });
    const versions = async () => {
      const { TableVersions } = await world.call<{
        TableVersions: { VersionId: string; Table: { VersionId: string; Description?: string } }[];
      }>("glue", "GetTableVersions", TABLE);
      return TableVersions.map(({ VersionId, Table }) => [VersionId, Table.VersionId, Table.Description]);
    };
    await update("one");
    await update("two");
    await update("three", true);
    expect(await versions()).to.deep.equal([
      ["3", "3", "three"],
      ["1", "1", "one"],
      ["0", "0", undefined],
    ]);
    await world.call("glue", "DeleteTableVersion", { ...TABLE, VersionId: "0" });
    expect(await versions()).to.have.lengthOf(2);
    expect(await code(world.call("glue", "DeleteTableVersion", { ...TABLE, VersionId: "0" }))).to.equal(
      "EntityNotFoundException",
    );
  });

  // Glue documentation, "Encrypting your Data Catalog".
  it("asks for the key of an encrypted catalog: to decrypt, and to encrypt for a write", async () => {
    const key = "arn:aws:kms:us-east-1:111122223333:key/catalog";
    const askedOf = async (operation: string, input: object): Promise<string[]> => {
      world.asked.length = 0;
      await world.call("glue", operation, input);
      return world.asked.filter(({ resource }) => resource === key).map(({ action }) => action);
    };
    const partitions = { ...TABLE, PartitionInputList: [partition("2024-01-01")] };
    expect(await askedOf("GetTable", { DatabaseName: "db", Name: "t" })).to.deep.equal([]);
    world.catalog.encryptWith(key);
    await world.reopen();
    expect(await askedOf("GetTable", { DatabaseName: "db", Name: "t" })).to.deep.equal(["kms:Decrypt"]);
    const writing = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"];
    expect(await askedOf("BatchCreatePartition", partitions)).to.deep.equal(writing);
    expect(await askedOf("UpdateTable", { DatabaseName: "db", TableInput: { Name: "t" } })).to.deep.equal(writing);
    world.catalog.encryptWith(undefined);
    expect(await askedOf("BatchDeletePartition", { ...TABLE, PartitionsToDelete: [] })).to.deep.equal([]);
  });

  it("reports what is missing or there already under AWS's names", async () => {
    const calls: [string, object, string][] = [
      ["GetDatabase", { Name: "nope" }, "EntityNotFoundException"],
      ["CreateDatabase", { DatabaseInput: { Name: "DB" } }, "AlreadyExistsException"],
      ["GetTable", { DatabaseName: "db", Name: "nope" }, "EntityNotFoundException"],
      ["CreateTable", { DatabaseName: "db", TableInput: { Name: "T" } }, "AlreadyExistsException"],
      ["CreateTable", { DatabaseName: "nope", TableInput: { Name: "x" } }, "EntityNotFoundException"],
      ["CreateTable", { DatabaseName: "db", TableInput: {} }, "InvalidInputException"],
      [
        "UpdateTable",
        { DatabaseName: "db", TableInput: { Name: "t" }, VersionId: "7" },
        "ConcurrentModificationException",
      ],
      ["GetPartition", { ...TABLE, PartitionValues: ["2024-01-01"] }, "EntityNotFoundException"],
      [
        "UpdatePartition",
        { ...TABLE, PartitionValueList: ["x"], PartitionInput: partition("x") },
        "EntityNotFoundException",
      ],
      ["DeletePartition", { ...TABLE, PartitionValues: ["x"] }, "EntityNotFoundException"],
      ["CreatePartition", { ...TABLE, PartitionInput: { Values: ["a", "b"] } }, "InvalidInputException"],
      ["GetPartitions", { ...TABLE, Expression: "nope = 1" }, "InvalidInputException"],
      ["GetPartitions", { ...TABLE, Expression: "exec_date = " }, "InvalidInputException"],
      [
        "BatchDeletePartition",
        { ...TABLE, PartitionsToDelete: Array(26).fill({ Values: ["x"] }) },
        "InvalidInputException",
      ],
    ];
    for (const [operation, input, expected] of calls) {
      expect(await code(world.call("glue", operation, input)), `${operation} ${JSON.stringify(input)}`).to.equal(
        expected,
      );
    }
  });

  it("does the good entries of a batch and reports the others", async () => {
    const create = (values: string[]): Promise<unknown> =>
      world.call("glue", "BatchCreatePartition", { ...TABLE, PartitionInputList: values.map((v) => partition(v)) });
    expect(await create(["2024-01-01", "2024-01-02"])).to.deep.equal({ Errors: [] });
    expect(await create(["2024-01-02", "2024-01-03"])).to.deep.equal({
      Errors: [
        {
          PartitionValues: ["2024-01-02"],
          ErrorDetail: { ErrorCode: "AlreadyExistsException", ErrorMessage: "Partition already exists." },
        },
      ],
    });
    const updated = await world.call("glue", "BatchUpdatePartition", {
      ...TABLE,
      Entries: ["2024-01-03", "2024-01-04"].map((v) => ({
        PartitionValueList: [v],
        PartitionInput: partition(v, "s3://lake/new/"),
      })),
    });
    expect(updated).to.have.nested.property("Errors[0].PartitionValueList[0]", "2024-01-04");
    const { Partitions } = await world.call<{ Partitions: { StorageDescriptor: { Location: string } }[] }>(
      "glue",
      "BatchGetPartition",
      { ...TABLE, PartitionsToGet: [{ Values: ["2024-01-03"] }, { Values: ["2024-01-09"] }] },
    );
    expect(Partitions.map((p) => p.StorageDescriptor.Location)).to.deep.equal(["s3://lake/new/"]);
  });

  it("gives partitions in pages and filtered", async () => {
    const days = ["2024-01-01", "2024-01-02", "2024-02-01"];
    await world.call("glue", "BatchCreatePartition", {
      ...TABLE,
      PartitionInputList: days.map((day) => partition(day)),
    });
    type Page = { Partitions: { Values: string[] }[]; NextToken?: string };
    const first = await world.call<Page>("glue", "GetPartitions", { ...TABLE, MaxResults: 2 });
    const second = await world.call<Page>("glue", "GetPartitions", {
      ...TABLE,
      MaxResults: 2,
      NextToken: first.NextToken,
    });
    expect([...first.Partitions, ...second.Partitions].map((p) => p.Values[0])).to.deep.equal(days);
    expect(second.NextToken).to.equal(undefined);
    const january = await world.call<Page>("glue", "GetPartitions", {
      ...TABLE,
      Expression: "exec_date < '2024-02-01'",
    });
    expect(january.Partitions).to.have.length(2);
  });

  it("keeps partitions, each with its columns, when a table's definition changes", async () => {
    await world.call("glue", "CreatePartition", { ...TABLE, PartitionInput: partition("2024-01-01") });
    const { Table } = await world.call<{ Table: { VersionId: string } }>("glue", "GetTable", {
      DatabaseName: "db",
      Name: "t",
    });
    const keys = [{ Name: "exec_date", Type: "date" }];
    const TableInput = {
      Name: "t",
      PartitionKeys: keys,
      StorageDescriptor: { Columns: [{ Name: "b", Type: "string" }] },
    };
    await world.call("glue", "UpdateTable", {
      DatabaseName: "db",
      TableInput,
      VersionId: Table.VersionId,
      SkipArchive: true,
    });
    const after = await world.call("glue", "GetPartition", { ...TABLE, PartitionValues: ["2024-01-01"] });
    expect(after).to.have.nested.property("Partition.StorageDescriptor.Columns[0].Name", "a");
  });

  it("is there again after the process was closed", async () => {
    await world.call("glue", "CreatePartition", { ...TABLE, PartitionInput: partition("2024-01-01") });
    await world.reopen();
    const { Partition } = await world.call<{ Partition: { CreationTime: Date } }>("glue", "GetPartition", {
      ...TABLE,
      PartitionValues: ["2024-01-01"],
    });
    expect(Partition.CreationTime).to.be.instanceOf(Date);
    await world.call("glue", "DeleteTable", { DatabaseName: "db", Name: "t" });
    await world.reopen();
    expect(await code(world.call("glue", "GetTable", { DatabaseName: "db", Name: "t" }))).to.equal(
      "EntityNotFoundException",
    );
  });

  // AWS Glue Developer Guide, "Specifying AWS Glue resource ARNs".
  it("asks for permission on the catalog, the database and the table", () => {
    const permissions = new GluePermissions({ account: "1", region: "eu-west-1" }).table("UpdatePartition", "DB", "T");
    expect(permissions).to.deep.equal(
      ["catalog", "database/db", "table/db/t"].map((resource) => ({
        action: "glue:UpdatePartition",
        resource: `arn:aws:glue:eu-west-1:1:${resource}`,
      })),
    );
  });

  // AWS Glue web API reference, "GetPartitions", Expression.
  describe("partition filters", () => {
    const KEYS = [
      { Name: "exec_date", Type: "date" },
      { Name: "n", Type: "int" },
      { Name: "s", Type: "string" },
    ];
    const VALUES = ["2024-11-08", "10", "abc"];
    const cases: [string, boolean][] = [
      ["exec_date = '2024-11-08'", true],
      ["exec_date = date '2024-11-08'", true],
      ["exec_date > '2024-11-07' AND exec_date < '2024-11-09'", true],
      ["exec_date <> '2024-11-08'", false],
      ["n > 9", true],
      ["n > '9'", true],
      ["9 < n", true],
      ["n = -10", false],
      ["s > 'abb' OR n = 0", true],
      ["NOT (n = 10)", false],
      ["n BETWEEN 5 AND 10", true],
      ["n NOT BETWEEN 5 AND 10", false],
      ["n IN (1, 10)", true],
      ["s NOT IN ('abc')", false],
      ["s LIKE 'a%'", true],
      ["s LIKE '_b_'", true],
      ["s LIKE 'a.c'", false],
      ["s IS NULL", false],
      ["s IS NOT NULL", true],
      ["(n = 1 OR n = 10) AND s = 'abc'", true],
    ];
    for (const [text, expected] of cases) {
      it(text, () => expect(partitionFilter(text, KEYS)(VALUES)).to.equal(expected));
    }

    // "If a type is encountered that is not valid, an exception is thrown."
    for (const Type of ["varchar(50)", "char(3)", "boolean", "float", "double"]) {
      it(`over a key of the type ${Type} are refused`, () => {
        const keys = [...KEYS, { Name: "other", Type }];
        expect(() => partitionFilter("exec_date = '2024-11-08'", keys))
          .to.throw(AwsError, `the partition column other has the type ${Type}`)
          .with.property("code", "InvalidInputException");
      });
    }
  });
});
