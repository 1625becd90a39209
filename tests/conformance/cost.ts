/** What a run of the scenario costs on AWS: an upper bound from counts, told beforehand. */
import { athenaDollars, PRICES } from "../../cli/cost/prices";

/** Dollars of a transition of a Standard workflow, US East (N. Virginia). Source: "AWS Step Functions pricing". */
const perTransition = 0.025 / 1000;

/** More than the scenario does, so that what it says is a bound; it fails if it makes more runs. */
export const atMost = {
  runs: 40,
  queriesPerRun: 12,
  ownQueries: 20,
  transitionsPerRun: 150,
  gigabyteSecondsPerRun: 60,
  writesPerRun: 300,
  /** CloudTrail's data events: each read and write of an object. */
  dataEventsPerRun: 1500,
};

/** Dollars that the scenario costs at most. */
export function mostDollars(): number {
  const { runs, queriesPerRun, ownQueries, transitionsPerRun, gigabyteSecondsPerRun, writesPerRun } = atMost;
  const queries = Array.from({ length: runs * queriesPerRun + ownQueries }, () => PRICES.athena.leastBytes);
  const perRun =
    transitionsPerRun * perTransition +
    gigabyteSecondsPerRun * PRICES.lambda.gigabyteSecond +
    writesPerRun * PRICES.s3.write +
    atMost.dataEventsPerRun * PRICES.cloudtrail.dataEvent;
  return athenaDollars(queries) + runs * perRun;
}
