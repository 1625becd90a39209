/** Statements of IAM policies that allow more than is needed: pure. */

/**
 * Actions that know no resources, so that AWS takes nothing but `*`. Service Authorization Reference: CloudWatch Logs (log
 * deliveries), EC2 (descriptions), X-Ray.
 */
const withoutResources =
  /^(logs:(CreateLogDelivery|DeleteLogDelivery|DescribeLogGroups|DescribeResourcePolicies|GetLogDelivery|ListLogDeliveries|PutResourcePolicy|UpdateLogDelivery)|ec2:Describe(NetworkInterfaces|Subnets)|xray:(GetSamplingRules|GetSamplingTargets|PutTelemetryRecords|PutTraceSegments))$/;

/** Faults of a policy document, given as an object or as JSON; a document that is not known yet has none. */
export function wildcardFaults(document: unknown): string[] {
  const policy: unknown = typeof document === "string" ? (JSON.parse(document) as unknown) : document;
  const statements = listOf(member(policy, "Statement"));
  return statements.filter((statement) => member(statement, "Effect") === "Allow").flatMap(statementFaults);
}

function statementFaults(statement: unknown): string[] {
  const name = String(member(statement, "Sid") ?? "A statement");
  const actions = listOf(member(statement, "Action")).map(String);
  const faults = actions
    .filter((action) => action === "*" || action.endsWith(":*"))
    .map((action) => `${name} allows ${action}: name the actions that are used.`);
  if (member(statement, "NotAction") !== undefined) faults.push(`${name} allows all but some actions (NotAction).`);
  const everywhere = listOf(member(statement, "Resource")).includes("*");
  const narrowable = actions.filter((action) => !withoutResources.test(action));
  if (everywhere && narrowable.length > 0) {
    faults.push(`${name} allows ${narrowable.join(", ")} on every resource: name the resources.`);
  }
  return faults;
}

function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function listOf(value: unknown): unknown[] {
  return value === undefined ? [] : Array.isArray(value) ? (value as unknown[]) : [value];
}
