/**
 * Athena's API for prepared statements.
 */
import { z } from "zod";
import { AwsError, operation, type Operations, type Permission } from "../api";
import type { AthenaEngine } from "./engine";
import { onWorkGroup, reads } from "./operation-parts";
import { pageOf, pages } from "./pages";
import type { PreparedStatement } from "./prepared-statements";

// API reference, CreatePreparedStatement.
const name = z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_@:]{0,255}$/);
const key = z.object({ StatementName: name, WorkGroup: z.string() });
const input = key.extend({ QueryStatement: z.string().min(1), Description: z.string().min(1).max(1024).optional() });
const batch = z.object({ PreparedStatementNames: z.array(name).min(1).max(50), WorkGroup: z.string() });
const list = z.object({ WorkGroup: z.string(), ...pages });

/** @internal part of `athenaOperations` */
export function preparedStatementOperations({ place, prepared, workGroups }: AthenaEngine): Operations {
  const on =
    (action: string) =>
    ({ WorkGroup: group }: { WorkGroup: string }): Permission[] => [onWorkGroup(place, action, group)];
  const keep = ({ WorkGroup, StatementName, QueryStatement, Description }: z.infer<typeof input>): object => {
    workGroups.get(WorkGroup);
    prepared.put({ workGroup: WorkGroup, name: StatementName, sql: QueryStatement, description: Description });
    return {};
  };
  return {
    CreatePreparedStatement: operation<z.infer<typeof input>, object>({
      parse: reads(input),
      permissions: on("CreatePreparedStatement"),
      run: async (given) => {
        if (prepared.find(given.WorkGroup, given.StatementName)) {
          const message = `PreparedStatement ${given.StatementName} already exists in workGroup ${given.WorkGroup}`;
          throw new AwsError("InvalidRequestException", message);
        }
        return keep(given);
      },
    }),
    UpdatePreparedStatement: operation<z.infer<typeof input>, object>({
      parse: reads(input),
      permissions: on("UpdatePreparedStatement"),
      run: async (given) => {
        prepared.get(given.WorkGroup, given.StatementName);
        return keep(given);
      },
    }),
    GetPreparedStatement: operation<z.infer<typeof key>, object>({
      parse: reads(key),
      permissions: on("GetPreparedStatement"),
      run: async ({ WorkGroup, StatementName }) => ({
        PreparedStatement: described(prepared.get(WorkGroup, StatementName)),
      }),
    }),
    BatchGetPreparedStatement: operation<z.infer<typeof batch>, object>({
      parse: reads(batch),
      permissions: on("BatchGetPreparedStatement"),
      run: async ({ WorkGroup, PreparedStatementNames }) => {
        const found = PreparedStatementNames.map((one) => prepared.find(WorkGroup, one));
        return {
          PreparedStatements: found.filter((one) => one !== undefined).map(described),
          UnprocessedPreparedStatementNames: PreparedStatementNames.filter((_, index) => !found[index]).map(
            (StatementName) => ({
              StatementName,
              ErrorCode: "STATEMENT_NOT_FOUND",
              ErrorMessage: `PreparedStatement ${StatementName} was not found in workGroup ${WorkGroup}`,
            }),
          ),
        };
      },
    }),
    ListPreparedStatements: operation<z.infer<typeof list>, object>({
      parse: reads(list),
      permissions: on("ListPreparedStatements"),
      run: async (given) => {
        workGroups.get(given.WorkGroup);
        const { items, NextToken } = pageOf(prepared.list(given.WorkGroup), given);
        const told = items.map((one) => ({ StatementName: one.name, LastModifiedTime: new Date(one.modified) }));
        return { PreparedStatements: told, NextToken };
      },
    }),
    DeletePreparedStatement: operation<z.infer<typeof key>, object>({
      parse: reads(key),
      permissions: on("DeletePreparedStatement"),
      run: async ({ WorkGroup, StatementName }) => {
        prepared.delete(WorkGroup, StatementName);
        return {};
      },
    }),
  };
}

function described(one: PreparedStatement): object {
  return {
    StatementName: one.name,
    QueryStatement: one.sql,
    WorkGroupName: one.workGroup,
    Description: one.description,
    LastModifiedTime: new Date(one.modified),
  };
}
