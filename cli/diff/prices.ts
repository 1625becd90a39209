/** What AWS asks for queries. The one place for prices: look at the page again when the date is old. */

/** Prices in US dollars. Source: AWS, "Amazon Athena Pricing", SQL queries, US East (N. Virginia). */
export const PRICES = {
  /** Month in which they were last looked at. */
  asOf: "2026-11",
  region: "us-east-1",
  athena: {
    perTerabyteScanned: 5,
    /** Bytes that a query is billed for at least. Statements of the catalog (DDL) are free. */
    leastBytes: 10_000_000,
  },
} as const;

/** Bytes of a terabyte as the price means it. */
const TERABYTE = 1e12;

/** Dollars for queries that scan so many bytes each. */
export function athenaDollars(bytesOfQueries: readonly number[]): number {
  const { perTerabyteScanned, leastBytes } = PRICES.athena;
  const billed = bytesOfQueries.reduce((sum, bytes) => sum + Math.max(bytes, leastBytes), 0);
  return (billed / TERABYTE) * perTerabyteScanned;
}
