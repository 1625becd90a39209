/**
 * Glue's API for partitions.
 */
import { z } from "zod";
import type { AwsError, Operations, Place } from "../api";
import type { Catalog } from "./catalog";
import type { PartitionChange } from "./partition-changes";
import { notFound } from "./errors";
import { partitionFilter } from "./expression";
import { glueOperation } from "./glue-operation";
import { page, pageInput } from "./pages";
import { GluePermissions } from "./permissions";
import { partitionInput } from "./catalog-schema";

const name = z.string().min(1).max(255);
const target = { CatalogId: z.string().optional(), DatabaseName: name, TableName: name };
const values = z.array(z.string());
const valueList = z.object({ Values: values });

interface Target {
  readonly DatabaseName: string;
  readonly TableName: string;
}

/** Most partitions in one page of GetPartitions. */
const PAGE = 1000;

/** @internal part of `glueOperations` */
export function partitionOperations(catalog: Catalog, place: Place): Operations {
  const may = new GluePermissions(place);
  const onTable = (action: string) => (input: Target) => may.table(action, input.DatabaseName, input.TableName);

  const changeOne = (input: Target, change: PartitionChange): object => {
    const [error] = catalog.changePartitions(input.DatabaseName, input.TableName, [change]);
    if (error) throw error;
    return {};
  };
  // Batches report what went wrong entry by entry, and do the rest.
  const changeMany = <Entry>(
    input: Target,
    entries: readonly Entry[],
    changeOf: (entry: Entry) => PartitionChange,
    report: (entry: Entry, detail: { ErrorCode: string; ErrorMessage: string }) => object,
  ): object => {
    const errors = catalog.changePartitions(input.DatabaseName, input.TableName, entries.map(changeOf));
    const reported = entries.flatMap((entry, index) => {
      const error: AwsError | undefined = errors[index];
      return error ? [report(entry, { ErrorCode: error.code, ErrorMessage: error.message })] : [];
    });
    return { Errors: reported };
  };

  return {
    CreatePartition: glueOperation({
      input: z.object({ ...target, PartitionInput: partitionInput }),
      permissions: onTable("CreatePartition"),
      run: (input) => changeOne(input, { kind: "create", input: input.PartitionInput }),
    }),
    BatchCreatePartition: glueOperation({
      input: z.object({ ...target, PartitionInputList: z.array(partitionInput).max(100) }),
      permissions: onTable("BatchCreatePartition"),
      run: (input) =>
        changeMany(
          input,
          input.PartitionInputList,
          (entry) => ({ kind: "create", input: entry }),
          (entry, ErrorDetail) => ({ PartitionValues: entry.Values, ErrorDetail }),
        ),
    }),
    UpdatePartition: glueOperation({
      input: z.object({ ...target, PartitionValueList: values.max(100), PartitionInput: partitionInput }),
      permissions: onTable("UpdatePartition"),
      run: (input) =>
        changeOne(input, { kind: "update", values: input.PartitionValueList, input: input.PartitionInput }),
    }),
    BatchUpdatePartition: glueOperation({
      input: z.object({
        ...target,
        Entries: z
          .array(z.object({ PartitionValueList: values.max(100), PartitionInput: partitionInput }))
          .min(1)
          .max(100),
      }),
      permissions: onTable("BatchUpdatePartition"),
      run: (input) =>
        changeMany(
          input,
          input.Entries,
          (entry) => ({ kind: "update", values: entry.PartitionValueList, input: entry.PartitionInput }),
          (entry, ErrorDetail) => ({ PartitionValueList: entry.PartitionValueList, ErrorDetail }),
        ),
    }),
    DeletePartition: glueOperation({
      input: z.object({ ...target, PartitionValues: values }),
      permissions: onTable("DeletePartition"),
      run: (input) => changeOne(input, { kind: "delete", values: input.PartitionValues }),
    }),
    BatchDeletePartition: glueOperation({
      input: z.object({ ...target, PartitionsToDelete: z.array(valueList).max(25) }),
      permissions: onTable("BatchDeletePartition"),
      run: (input) =>
        changeMany(
          input,
          input.PartitionsToDelete,
          (entry) => ({ kind: "delete", values: entry.Values }),
          (entry, ErrorDetail) => ({ PartitionValues: entry.Values, ErrorDetail }),
        ),
    }),
    GetPartition: glueOperation({
      input: z.object({ ...target, PartitionValues: values }),
      permissions: onTable("GetPartition"),
      run: ({ DatabaseName, TableName, PartitionValues }) => {
        const Partition = catalog.getPartition(DatabaseName, TableName, PartitionValues);
        if (!Partition) throw notFound("Cannot find partition.");
        return { Partition };
      },
    }),
    BatchGetPartition: glueOperation({
      input: z.object({ ...target, PartitionsToGet: z.array(valueList).max(1000) }),
      permissions: onTable("BatchGetPartition"),
      run: ({ DatabaseName, TableName, PartitionsToGet }) => {
        const found = PartitionsToGet.map(({ Values }) => catalog.getPartition(DatabaseName, TableName, Values));
        return { Partitions: found.filter((partition) => partition !== undefined), UnprocessedKeys: [] };
      },
    }),
    GetPartitions: glueOperation({
      input: z.object({
        ...target,
        Expression: z.string().max(2048).optional(),
        ...pageInput(PAGE),
        Segment: z
          .object({ SegmentNumber: z.number().int().min(0), TotalSegments: z.number().int().min(1).max(10) })
          .optional(),
        ExcludeColumnSchema: z.boolean().optional(),
      }),
      permissions: onTable("GetPartitions"),
      run: (input) => {
        const { DatabaseName, TableName, Expression, Segment } = input;
        const keys = catalog.getTable(DatabaseName, TableName).PartitionKeys ?? [];
        const matches = Expression?.trim() ? partitionFilter(Expression, keys) : () => true;
        const found = catalog
          .getPartitions(DatabaseName, TableName)
          .filter((partition) => matches(partition.Values))
          .filter((_, index) => !Segment || index % Segment.TotalSegments === Segment.SegmentNumber);
        const { items, next } = page(found, input, PAGE);
        const shown = items.map((partition) => {
          if (!input.ExcludeColumnSchema || !partition.StorageDescriptor) return partition;
          return { ...partition, StorageDescriptor: { ...partition.StorageDescriptor, Columns: undefined } };
        });
        return { Partitions: shown, NextToken: next };
      },
    }),
  };
}
