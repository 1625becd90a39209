/**
 * Athena's API.
 */
import { z } from "zod";
import { AwsError, operation, type Operations, type Permission } from "../api";
import { catalogOperations } from "./catalog-operations";
import type { AthenaEngine } from "./engine";
import { namedQueryOperations } from "./named-query-operations";
import { onWorkGroup, reads } from "./operation-parts";
import { pageOf } from "./pages";
import { preparedStatementOperations } from "./prepared-statement-operations";
import { QueryResults } from "./query-results";
import type { QueryRecord } from "./query-log";
import { describeQuery, describeStatistics } from "./query-schema";
import { requiredAccess } from "./required-access";
import { workGroupOperations } from "./workgroup-operations";

const queryId = z.object({ QueryExecutionId: z.string().min(1) });

const startInput = z.object({
  QueryString: z.string().min(1),
  ClientRequestToken: z.string().min(32).max(128).optional(),
  QueryExecutionContext: z.object({ Database: z.string().optional(), Catalog: z.string().optional() }).optional(),
  ResultConfiguration: z
    .object({
      OutputLocation: z.string().optional(),
      EncryptionConfiguration: z.unknown().optional(),
      ExpectedBucketOwner: z.string().optional(),
      AclConfiguration: z.unknown().optional(),
    })
    .optional(),
  WorkGroup: z.string().optional(),
  ExecutionParameters: z.array(z.string().min(1).max(1024)).min(1).optional(),
  ResultReuseConfiguration: z
    .object({
      ResultReuseByAgeConfiguration: z
        .object({
          Enabled: z.literal(false, "the local runtime does not reuse results"),
          MaxAgeInMinutes: z.number().optional(),
        })
        .optional(),
    })
    .optional(),
});

/** Operations of Athena to register with the Api as `athena`. */
export function athenaOperations(engine: AthenaEngine): Operations {
  const { account, region } = engine.place;
  const results = new QueryResults(engine);
  const onGroup = (action: string, group: string): Permission[] => [onWorkGroup(engine.place, action, group)];
  const onQuery = (action: string) => (input: { QueryExecutionId: string }) =>
    onGroup(action, engine.workGroupOf(input.QueryExecutionId));

  return {
    ...catalogOperations(engine),
    ...workGroupOperations(engine),
    ...namedQueryOperations(engine),
    ...preparedStatementOperations(engine),
    StartQueryExecution: operation<z.infer<typeof startInput>, object>({
      parse: reads(startInput),
      permissions: (input) => [
        ...onGroup("StartQueryExecution", input.WorkGroup ?? "primary"),
        ...requiredAccess.dataCatalog.actions.map((action) => ({
          action,
          resource: `arn:aws:athena:${region}:${account}:datacatalog/AwsDataCatalog`,
        })),
      ],
      run: async (input, call) => {
        const catalog = input.QueryExecutionContext?.Catalog ?? "AwsDataCatalog";
        if (catalog.toLowerCase() !== "awsdatacatalog") {
          throw new AwsError(
            "InvalidRequestException",
            `The local runtime has the catalog AwsDataCatalog only, not ${catalog}.`,
          );
        }
        const request = {
          query: input.QueryString,
          workGroup: input.WorkGroup ?? "primary",
          database: input.QueryExecutionContext?.Database ?? "default",
          catalog,
          parameters: input.ExecutionParameters,
          outputLocation: input.ResultConfiguration?.OutputLocation,
          clientRequestToken: input.ClientRequestToken,
        };
        return { QueryExecutionId: await engine.start(request, call) };
      },
    }),
    GetQueryExecution: operation<z.infer<typeof queryId>, object>({
      parse: reads(queryId),
      permissions: onQuery("GetQueryExecution"),
      run: async ({ QueryExecutionId }) => ({ QueryExecution: describeQuery(engine.get(QueryExecutionId), engine) }),
    }),
    BatchGetQueryExecution: operation<{ QueryExecutionIds: string[] }, object>({
      parse: reads(z.object({ QueryExecutionIds: z.array(z.string()).min(1).max(50) })),
      permissions: ({ QueryExecutionIds }) =>
        [...new Set(QueryExecutionIds.map((id) => engine.workGroupOf(id)))].flatMap((group) =>
          onGroup("BatchGetQueryExecution", group),
        ),
      run: async ({ QueryExecutionIds }) => {
        const found: QueryRecord[] = [];
        const missing: object[] = [];
        for (const id of QueryExecutionIds) {
          try {
            found.push(engine.get(id));
          } catch (error) {
            const { message } = error as Error;
            missing.push({ QueryExecutionId: id, ErrorCode: "INVALID_INPUT", ErrorMessage: message });
          }
        }
        return {
          QueryExecutions: found.map((record) => describeQuery(record, engine)),
          UnprocessedQueryExecutionIds: missing,
        };
      },
    }),
    GetQueryResults: operation<z.infer<typeof resultsInput>, object>({
      parse: reads(resultsInput),
      permissions: onQuery("GetQueryResults"),
      run: async (input, call) => results.page(input, call),
    }),
    StopQueryExecution: operation<z.infer<typeof queryId>, object>({
      parse: reads(queryId),
      permissions: onQuery("StopQueryExecution"),
      run: async ({ QueryExecutionId }) => {
        engine.stop(QueryExecutionId);
        return {};
      },
    }),
    ListQueryExecutions: operation<z.infer<typeof listInput>, object>({
      parse: reads(listInput),
      permissions: ({ WorkGroup }) => onGroup("ListQueryExecutions", WorkGroup ?? "primary"),
      run: async ({ WorkGroup = "primary", ...page }) => {
        engine.workGroups.get(WorkGroup);
        const { items, NextToken } = pageOf(engine.list(WorkGroup), page);
        return { QueryExecutionIds: items.map(({ id }) => id), NextToken };
      },
    }),
    GetQueryRuntimeStatistics: operation<z.infer<typeof queryId>, object>({
      parse: reads(queryId),
      permissions: onQuery("GetQueryRuntimeStatistics"),
      run: async ({ QueryExecutionId }) => describeStatistics(engine.get(QueryExecutionId)),
    }),
  };
}

const resultsInput = z.object({
  QueryExecutionId: z.string().min(1),
  NextToken: z.string().optional(),
  MaxResults: z.number().int().min(1).max(1000).optional(),
  QueryResultType: z.literal("DATA_ROWS").optional(),
});

const listInput = z.object({
  WorkGroup: z.string().optional(),
  NextToken: z.string().regex(/^\d+$/).optional(),
  MaxResults: z.number().int().min(0).max(50).optional(),
});
