/**
 * The Glue Data Catalog: databases and tables.
 */
import { z } from "zod";
import { ANY, arnOf, deployed, text, type ResourceTypes } from "./resource-type";

const DATABASE = "aws:glue/catalogDatabase:CatalogDatabase";

const parameters = z.record(z.string(), z.string()).optional();
const column = z.strictObject({
  name: z.string(),
  type: z.string().optional(),
  comment: z.string().optional(),
  parameters,
});

const storageDescriptor = z.strictObject({
  columns: z.array(column).optional(),
  location: z.string().optional(),
  inputFormat: z.string().optional(),
  outputFormat: z.string().optional(),
  compressed: z.boolean().optional(),
  numberOfBuckets: z.number().optional(),
  parameters,
  serDeInfo: z
    .strictObject({ name: z.string().optional(), serializationLibrary: z.string().optional(), parameters })
    .optional(),
  storedAsSubDirectories: z.boolean().optional(),
});

const databaseInputs = z.strictObject({
  ...ANY,
  name: z.string(),
  catalogId: z.string().optional(),
  createTableDefaultPermissions: z.unknown().optional(),
  locationUri: z.string().optional(),
  parameters,
});

const tableInputs = z.strictObject({
  ...ANY,
  name: z.string(),
  catalogId: z.string().optional(),
  databaseName: z.string(),
  owner: z.string().optional(),
  parameters,
  partitionKeys: z.array(column).optional(),
  retention: z.number().optional(),
  storageDescriptor: storageDescriptor.optional(),
  tableType: z.string().optional(),
  viewExpandedText: z.string().optional(),
  viewOriginalText: z.string().optional(),
});

const encryptionInputs = z.strictObject({
  region: z.string().optional(),
  catalogId: z.string().optional(),
  dataCatalogEncryptionSettings: z.strictObject({
    connectionPasswordEncryption: z.strictObject({
      awsKmsKeyId: z.string().optional(),
      returnConnectionPasswordEncrypted: z.boolean(),
    }),
    encryptionAtRest: z.strictObject({
      catalogEncryptionMode: z.enum(["DISABLED", "SSE-KMS"], {
        error: "the local runtime knows DISABLED and SSE-KMS only",
      }),
      sseAwsKmsKeyId: z.string().startsWith("arn:aws:kms:", "must be the ARN of a key").optional(),
    }),
  }),
});

export const glue: ResourceTypes = {
  "aws:glue/dataCatalogEncryptionSettings:DataCatalogEncryptionSettings": deployed({
    computed: ({ place: { account } }) => ({ id: account, catalogId: account }),
    inputs: encryptionInputs,
    // The catalog stays a plain file; callers need permission to use the key.
    deploy: ({ inputs: { dataCatalogEncryptionSettings: settings } }, { catalog }) => {
      const { catalogEncryptionMode, sseAwsKmsKeyId } = settings.encryptionAtRest;
      catalog.encryptWith(catalogEncryptionMode === "SSE-KMS" ? sseAwsKmsKeyId : undefined);
    },
    remove: (_resource, { catalog }) => catalog.encryptWith(undefined),
  }),
  [DATABASE]: deployed({
    naming: { property: "name", lowerCase: true },
    computed: ({ inputs, name, place }) => {
      const catalogId = text(inputs, "catalogId") || place.account;
      return { id: `${catalogId}:${name}`, catalogId, arn: arnOf(place, "glue", `database/${name}`) };
    },
    inputs: databaseInputs,
    deploy: async ({ inputs }, { call }) => {
      const { name, description, locationUri, parameters: given } = inputs;
      const DatabaseInput = { Name: name, Description: description, LocationUri: locationUri, Parameters: given };
      if (await call.finds("glue", "GetDatabase", { Name: name })) {
        await call("glue", "UpdateDatabase", { Name: name, DatabaseInput });
      } else await call("glue", "CreateDatabase", { DatabaseInput });
    },
    isThere: ({ outputs }, { call }) => call.finds("glue", "GetDatabase", { Name: outputs.name }),
    remove: ({ outputs }, { call }) => call.unlessGone("glue", "DeleteDatabase", { Name: outputs.name }),
  }),
  "aws:glue/catalogTable:CatalogTable": deployed({
    naming: { property: "name", lowerCase: true },
    computed: ({ inputs, name, place }) => {
      const catalogId = text(inputs, "catalogId") || place.account;
      const database = text(inputs, "databaseName");
      return {
        id: `${catalogId}:${database}:${name}`,
        catalogId,
        arn: arnOf(place, "glue", `table/${database}/${name}`),
      };
    },
    inputs: tableInputs,
    references: ({ databaseName }) => [{ property: "databaseName", value: databaseName, types: [DATABASE] }],
    deploy: async ({ inputs }, { call }) => {
      const { databaseName, name } = inputs;
      const input = { DatabaseName: databaseName, TableInput: tableInput(inputs) };
      if (await call.finds("glue", "GetTable", { DatabaseName: databaseName, Name: name })) {
        await call("glue", "UpdateTable", input);
      } else await call("glue", "CreateTable", input);
    },
    isThere: ({ outputs }, { call }) =>
      call.finds("glue", "GetTable", { DatabaseName: outputs.databaseName, Name: outputs.name }),
    remove: ({ outputs }, { call }) =>
      call.unlessGone("glue", "DeleteTable", { DatabaseName: outputs.databaseName, Name: outputs.name }),
  }),
};

/** A table in the words of Glue's API. */
function tableInput(table: z.infer<typeof tableInputs>) {
  const storage = table.storageDescriptor;
  return {
    Name: table.name,
    Description: table.description,
    Owner: table.owner,
    Parameters: table.parameters,
    PartitionKeys: table.partitionKeys?.map(columnInput),
    Retention: table.retention,
    TableType: table.tableType,
    ViewExpandedText: table.viewExpandedText,
    ViewOriginalText: table.viewOriginalText,
    StorageDescriptor: storage && {
      Columns: storage.columns?.map(columnInput),
      Location: storage.location,
      InputFormat: storage.inputFormat,
      OutputFormat: storage.outputFormat,
      Compressed: storage.compressed,
      NumberOfBuckets: storage.numberOfBuckets,
      Parameters: storage.parameters,
      SerdeInfo: storage.serDeInfo && {
        Name: storage.serDeInfo.name,
        SerializationLibrary: storage.serDeInfo.serializationLibrary,
        Parameters: storage.serDeInfo.parameters,
      },
      StoredAsSubDirectories: storage.storedAsSubDirectories,
    },
  };
}

function columnInput({ name, type, comment, parameters: given }: z.infer<typeof column>) {
  return { Name: name, Type: type, Comment: comment, Parameters: given };
}
