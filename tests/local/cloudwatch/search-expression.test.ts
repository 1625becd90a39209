import { expect } from "chai";
import { readDashboard } from "../../../local/cloudwatch/dashboard";
import type { MetricId } from "../../../local/cloudwatch/metrics";
import { parseSearch } from "../../../local/cloudwatch/search-expression";
import { tokensOf, wordsOf } from "../../../local/cloudwatch/search-tokens";

// CloudWatch documentation, "CloudWatch search expression syntax": its own examples, and ours of the same rules.
describe("search expressions", () => {
  const metric = (namespace: string, name: string, dimensions: Record<string, string> = {}): MetricId => ({
    namespace,
    name,
    dimensions,
  });

  const tokens: readonly [name: string, tokens: readonly string[]][] = [
    ["CustomCount1", ["customcount1", "custom", "count", "1"]],
    ["SDBFailure", ["sdbfailure", "sdb", "failure"]],
    ["Project2-trial333", ["project2trial333", "project", "2", "trial", "333"]],
  ];
  for (const [name, expected] of tokens) {
    it(`cut ${name} into ${expected.join(", ")}`, () => expect(tokensOf(wordsOf(name))).to.deep.equal(expected));
  }

  const custom = metric("Own", "CustomCount1");
  const network = metric("Own", "Network-Errors-2");
  const cpu = metric("AWS/EC2", "CPUUtilization", { InstanceType: "t2.micro" });
  const machine = metric("AWS/States", "ExecutionsFailed", {
    StateMachineArn: "arn:aws:states:us-east-1:111122223333:stateMachine:emissions-dev-daily",
  });
  const cases: readonly [term: string, metric: MetricId, found: boolean][] = [
    ["count", custom, true],
    ["Count", custom, true],
    ["COUNT", custom, true],
    ["couNT", custom, false],
    ["CustomCount", custom, true],
    ["Count1", custom, true],
    ["customcount", custom, false],
    ["count1", custom, false],
    ['"CustomCount1"', custom, true],
    ['"customcount1"', custom, false],
    ['"Custom"', custom, false],
    ["network/errors", network, true],
    ["network+errors", network, true],
    ["Network_Errors", network, true],
    ['"Network-Errors-2"', network, true],
    ['"Network_Errors_2"', network, false],
    ['"Europe\\\\France Traffic\\(Network\\)"', metric("Own", "Europe\\France Traffic(Network)"), true],
    ['MetricName="CustomCount1"', custom, true],
    ['MetricName="CustomCount1"', metric("Own", "other", { d: "CustomCount1" }), false],
    ["InstanceType=micro", cpu, true],
    ['InstanceType="t2.micro" Namespace="AWS/EC2"', cpu, true],
    ['InstanceType="micro"', cpu, false],
    ["{AWS/EC2,InstanceType} CPUUtilization", cpu, true],
    ['{AWS/EC2,InstanceType}, "CPUUtilization"', cpu, true],
    ["{AWS/EC2} CPUUtilization", cpu, false],
    ["{AWS/EC2,InstanceType,ImageId} CPUUtilization", cpu, false],
    ["(EC2 OR EBS) AND MetricName=Utilization", cpu, true],
    ["(S3 OR EBS) MetricName=Utilization", cpu, false],
    ["NOT Namespace=AWS", cpu, false],
    ["NOT Namespace=AWS", custom, true],
    ['{AWS/EC2,InstanceType} MetricName="CPUUtilization" NOT micro', cpu, false],
    // Double quotes ask for the whole value of a dimension, which is an ARN.
    ['{AWS/States,StateMachineArn} MetricName="ExecutionsFailed" "emissions-dev"', machine, false],
    ['{AWS/States,StateMachineArn} MetricName="ExecutionsFailed" StateMachineArn=emissions-dev', machine, true],
    ['{AWS/States,StateMachineArn} MetricName="ExecutionsFailed" StateMachineArn=emissions-prod', machine, false],
  ];
  for (const [term, searched, found] of cases) {
    it(`${term} ${found ? "finds" : "does not find"} ${searched.name}`, () =>
      expect(parseSearch(`SEARCH('${term}', 'Sum', 300)`).finds(searched)).to.equal(found));
  }

  const refused: readonly [expression: string, says: RegExp][] = [
    ["SUM(SEARCH('a', 'Sum', 300))", /there is no metric math here/],
    ["SEARCH('a', 'Total')", /'Total' is no statistic/],
    ["SEARCH('{AWS/EC2 InstanceId} a', 'Sum')", /'InstanceId' was not expected there/],
    ["SEARCH('(a OR b', 'Sum')", /something is missing at its end/],
    [`SEARCH('"a', 'Sum')`, /a " is not closed/],
    ["SEARCH(' ', 'Sum')", /neither a metric schema nor a search term/],
    [`SEARCH('${"a".repeat(1025)}', 'Sum')`, /1025 characters; 1024 are allowed/],
  ];
  for (const [expression, says] of refused) {
    it(`refuse ${expression.slice(0, 40)}`, () => expect(() => parseSearch(expression)).to.throw(says));
  }

  it("are read from the graphs of a dashboard", () => {
    const graph = { title: "t", period: 60, metrics: [[{ expression: "SEARCH('a', 'Sum')" }], ["AWS/S3", "b"]] };
    const body = {
      widgets: [
        { type: "text", properties: {} },
        { type: "metric", properties: graph },
      ],
    };
    expect(readDashboard(JSON.stringify(body))).to.deep.equal([
      { title: "t", period: 60, searches: ["SEARCH('a', 'Sum')"] },
    ]);
    const broken = { widgets: [{ type: "metric", properties: { metrics: [[{ expression: "SEARCH('', 'Sum')" }]] } }] };
    expect(() => readDashboard(JSON.stringify(broken))).to.throw(/neither a metric schema/);
    expect(() => readDashboard("{")).to.throw(/no JSON/);
    expect(() => readDashboard('{"widgets": [{}]}')).to.throw(/widgets\[0\].type/);
  });
});
