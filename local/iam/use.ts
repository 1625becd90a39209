/**
 * Which of the granted permissions are used: what a test of least privilege looks at.
 */
import { isAction } from "./match";
import { statementLabel, type Policy, type Statement } from "./policy";

/** Where a permission is granted. */
export interface Grant {
  /** Name of the role, or ARN of the resource whose policy it is. */
  readonly holder: string;
  /** Name of the policy. */
  readonly policy: string;
  /** `Sid` of the statement, or its position such as `#0`. */
  readonly statement: string;
}

/** A permission that was used. */
export interface GrantedUse extends Grant {
  /** The action asked for. */
  readonly action: string;
  /** The resources it was asked for, each once. */
  readonly resources: readonly string[];
}

/** An action that a statement grants and nobody used. */
export interface UnusedGrant extends Grant {
  /** As the policy has it; `NotAction` stands for all that such a statement grants. */
  readonly action: string;
  /** The action is a pattern: how much of it is needed cannot be said. */
  readonly wildcard: boolean;
}

/** A statement that allows something on a pattern of resources. */
export interface WildcardResource extends Grant {
  /** As the policy has it, e.g. `*`; `NotResource` stands for all that such a statement covers. */
  readonly resource: string;
}

/** A policy in force and whose it is. */
export interface Holding {
  readonly holder: string;
  readonly policy: Policy;
}

/** Remembers which statements allowed what. */
export class Use {
  private readonly uses = new Map<string, GrantedUse>();

  /** Notes that a statement allowed an action on a resource. */
  record(holder: string, policy: Policy, statement: Statement, action: string, resource: string): void {
    const grant = { holder, policy: policy.name, statement: statementLabel(statement) };
    const key = JSON.stringify([grant, action]);
    const resources = this.uses.get(key)?.resources ?? [];
    if (resources.includes(resource)) return;
    this.uses.set(key, { ...grant, action, resources: [...resources, resource] });
  }

  /** What was used, in the order of first use. */
  all(): readonly GrantedUse[] {
    return [...this.uses.values()];
  }

  /** Forgets what was used. */
  reset(): void {
    this.uses.clear();
  }

  /**
   * The granted actions that allowed nothing. Where several would have allowed a request, the first is the one used, so
   * what only repeats another grant is listed too.
   */
  unused(holdings: readonly Holding[]): readonly UnusedGrant[] {
    return allowStatements(holdings).flatMap(({ grant, statement }) => {
      const used = this.all().filter(
        (use) => use.holder === grant.holder && use.policy === grant.policy && use.statement === grant.statement,
      );
      const { except, patterns } = statement.actions;
      if (except) return used.length > 0 ? [] : [{ ...grant, action: "NotAction", wildcard: true }];
      const needed = new Set(used.map(({ action }) => patterns.find((pattern) => isAction(pattern, action))));
      return patterns
        .filter((pattern) => !needed.has(pattern))
        .map((action) => ({ ...grant, action, wildcard: /[*?]/.test(action) }));
    });
  }
}

/** What is allowed on patterns of resources, `*` or with a wildcard in it: for a reviewer to look at. */
export function wildcardResources(holdings: readonly Holding[]): readonly WildcardResource[] {
  return allowStatements(holdings).flatMap(({ grant, statement: { resources } }) => {
    if (resources?.except) return [{ ...grant, resource: "NotResource" }];
    return (resources?.patterns ?? [])
      .filter((pattern) => /[*?]/.test(pattern))
      .map((resource) => ({ ...grant, resource }));
  });
}

function allowStatements(holdings: readonly Holding[]): { grant: Grant; statement: Statement }[] {
  return holdings.flatMap(({ holder, policy }) =>
    policy.statements
      .filter(({ effect }) => effect === "Allow")
      .map((statement) => ({
        grant: { holder, policy: policy.name, statement: statementLabel(statement) },
        statement,
      })),
  );
}
