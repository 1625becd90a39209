/** What AWS asks. The one place for prices: look at the pages again when the date is old. */

/** Prices in US dollars, US East (N. Virginia), without free tiers. Each names the page that it is from. */
export const PRICES = {
  /** Month in which they were last looked at. */
  asOf: "2026-11",
  region: "us-east-1",
  /** "Amazon Athena Pricing", SQL queries. */
  athena: {
    perTerabyteScanned: 5,
    /** Bytes that a query is billed for at least. Statements of the catalog (DDL) are free. */
    leastBytes: 10_000_000,
  },
  /** "Amazon S3 pricing", Requests & data retrievals: S3 Standard, for one request. */
  s3: { write: 0.005 / 1000, list: 0.005 / 1000, read: 0.0004 / 1000 },
  /** "AWS Glue pricing", Data Catalog: requests, for one. */
  glue: { request: 1 / 1_000_000 },
  /** "AWS Lambda Pricing", x86. */
  lambda: { request: 0.2 / 1_000_000, gigabyteSecond: 0.0000166667 },
  /** "Amazon EventBridge pricing", Scheduler: one invocation. */
  scheduler: { invocation: 1 / 1_000_000 },
  /** "AWS Key Management Service pricing": a key and month. */
  kms: { key: 1 },
  /** "Amazon CloudWatch Pricing": a metric, an alarm of one metric, a dashboard, each for a month; logs by the gigabyte. */
  cloudwatch: { metric: 0.3, alarm: 0.1, dashboard: 3, ingestedGigabyte: 0.5 },
  /** "AWS PrivateLink pricing": an interface endpoint, for each hour and zone. Gateway endpoints are free. */
  vpcEndpoint: { zoneHour: 0.01 },
  /** "AWS CloudTrail pricing": one data event. */
  cloudtrail: { dataEvent: 0.1 / 100_000 },
} as const;

/** Bytes of a terabyte as the price means it. */
const TERABYTE = 1e12;

/** Dollars for queries that scan so many bytes each. */
export function athenaDollars(bytesOfQueries: readonly number[]): number {
  const { perTerabyteScanned, leastBytes } = PRICES.athena;
  const billed = bytesOfQueries.reduce((sum, bytes) => sum + Math.max(bytes, leastBytes), 0);
  return (billed / TERABYTE) * perTerabyteScanned;
}
