/** Changes of a table's partitions: which of them can be made, and what they come to. Pure. */
import type { AwsError } from "../api";
import type { Change } from "../records";
import { alreadyExists, invalidInput, notFound } from "./errors";
import type { PartitionInput, StoredPartition } from "./catalog-schema";

/** One change of a partition; an update may give it other values, as in Glue. */
export type PartitionChange =
  | { readonly kind: "create"; readonly input: PartitionInput }
  | { readonly kind: "update"; readonly values: readonly string[]; readonly input: PartitionInput }
  | { readonly kind: "delete"; readonly values: readonly string[] };

/** Key of a partition among those of its table. */
export function keyOf(values: readonly string[]): string {
  return JSON.stringify(values);
}

/** Order of partitions: by their values, as texts. */
export function compareValues(left: readonly string[], right: readonly string[]): number {
  for (let i = 0; i < left.length; i++) if (left[i] !== right[i]) return left[i] < right[i] ? -1 : 1;
  return 0;
}

/**
 * What changes come to that are made one after the other.
 * @returns what is to be stored, and for each change the error it met, or undefined; a change with an error has no effect
 */
export function planChanges(
  changes: readonly PartitionChange[],
  table: {
    /** How many partition keys the table has. */
    readonly keys: number;
    readonly present: (key: string) => StoredPartition | undefined;
    readonly now: () => Date;
  },
): { made: Change<StoredPartition>[]; errors: readonly (AwsError | undefined)[] } {
  const made: Change<StoredPartition>[] = [];
  const find = (key: string): StoredPartition | undefined => {
    const [change] = made.filter(([changed]) => changed === key).slice(-1);
    return change ? change[1] : table.present(key);
  };
  const errors = changes.map((change) => planChange(change, table.keys, find, made, table.now));
  return { made, errors };
}

/** Adds to `made` what a change does, or returns its error. `find`: a partition with the changes made so far. */
function planChange(
  change: PartitionChange,
  keys: number,
  find: (key: string) => StoredPartition | undefined,
  made: Change<StoredPartition>[],
  now: () => Date,
): AwsError | undefined {
  const before = keyOf(change.kind === "create" ? change.input.Values : change.values);
  const existing = find(before);
  if (change.kind !== "create" && !existing) return notFound("Partition not found.");
  if (change.kind === "delete") {
    made.push([before]);
    return undefined;
  }
  if (change.input.Values.length !== keys) {
    return invalidInput("The number of partition keys do not match the number of partition values");
  }
  const key = keyOf(change.input.Values);
  const replaces = change.kind === "update" && key === before;
  if (find(key) && !replaces) return alreadyExists("Partition already exists.");
  if (change.kind === "update" && !replaces) made.push([before]);
  made.push([key, { input: change.input, created: existing?.created ?? now().toISOString() }]);
  return undefined;
}
