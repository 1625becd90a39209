/** Which of a lake's grants nobody used, and which cover patterns of resources, beside those that have a written reason. */
import { resourcePatterns, unusedGrants } from "../../infra/permission-reasons";
import type { Authorizer } from "../../local/iam/authorizer";

/** A statement's name; its number, where it has one per bucket, does not matter. */
const withoutNumber = (statement: string): string => statement.replace(/\d+$/, "");

/** Grants of roles that were never used and have no reason, one line each. */
export function unexplainedGrants(authorizer: Authorizer): string[] {
  return authorizer
    .unused()
    .filter(({ holder }) => !holder.startsWith("arn:"))
    .filter(
      ({ statement, action }) =>
        unusedGrants[withoutNumber(statement)] === undefined && unusedGrants[`${statement} ${action}`] === undefined,
    )
    .map(({ holder, statement, action }) => `${holder}: ${statement} ${action}`);
}

/** Grants of roles on patterns of resources that have no reason, one line each. */
export function unexplainedPatterns(authorizer: Authorizer): string[] {
  return authorizer
    .wildcardResources()
    .filter(({ holder, statement }) => !holder.startsWith("arn:") && !resourcePatterns[withoutNumber(statement)])
    .map(({ holder, statement, resource }) => `${holder}: ${statement} ${resource}`);
}

/** Names of the statements that cover everything. */
export function grantsOnEverything(authorizer: Authorizer): string[] {
  const patterns = authorizer.wildcardResources().filter(({ holder }) => !holder.startsWith("arn:"));
  return [...new Set(patterns.filter(({ resource }) => resource === "*").map(({ statement }) => statement))].sort();
}

/** Reasons that nothing needs. */
export function idleReasons(authorizer: Authorizer): string[] {
  const unused = authorizer
    .unused()
    .flatMap(({ statement, action }) => [withoutNumber(statement), `${statement} ${action}`]);
  const patterns = authorizer.wildcardResources().map(({ statement }) => withoutNumber(statement));
  return [
    ...Object.keys(unusedGrants).filter((reason) => !unused.includes(reason)),
    ...Object.keys(resourcePatterns).filter((reason) => !patterns.includes(reason)),
  ];
}

/** Reasons for what the emissions lake has no use for: `parts.test.ts` holds that another lake has. */
export const reasonsOfOtherLakes = ["ReadLatestRuns", "ReadPartLists"];
