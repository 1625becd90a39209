/** How long a query may be that a state machine hands to Athena. */

/** Longest text of a query, in bytes. Athena documentation, "Service Quotas": query string length. */
export const longestQuery = 262_144;

/**
 * What stands around a query on its way, generously: UNLOAD and its location going out, and in the answer of a `.sync` task, which
 * repeats the text, what `GetQueryExecution` says of it besides. Step Functions documentation, "Service quotas": maximum input or
 * output size for a task; Athena API reference, "QueryExecution".
 */
const roomAroundQuery = 8192;

/** Bytes that a query takes in a state machine's payloads, where it is text within JSON. */
export function queryBytes(sql: string): number {
  return Buffer.byteLength(JSON.stringify(sql)) + roomAroundQuery;
}
