/** Policies without some of what they allow, to show that it is needed. */
import type { Policy, Statement } from "./policy";

/** The policy without Allow for these actions, in lower case; the same object if it allows none of them by exactly that name. */
export function withoutActions(policy: Policy, withdrawn: ReadonlySet<string>): Policy {
  const isWithdrawn = (pattern: string) => withdrawn.has(pattern.toLowerCase());
  const affected = ({ effect, actions: { except, patterns } }: Statement) =>
    effect === "Allow" && !except && patterns.some(isWithdrawn);
  if (!policy.statements.some(affected)) return policy;
  return {
    ...policy,
    statements: policy.statements.map((statement) => {
      if (!affected(statement)) return statement;
      const patterns = statement.actions.patterns.filter((pattern) => !isWithdrawn(pattern));
      return { ...statement, actions: { except: false, patterns } };
    }),
  };
}
