import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { PRICES } from "../../cli/cost/prices";
import { evaluateProgram } from "../../local/evaluate";
import type { Resource, ResourceGraph } from "../../local/graph";
import type { JournalEntry } from "../../local/journal";
import { sampleFiles, TestLake } from "./lake";

const ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint";

interface Policy {
  readonly Statement: readonly { Action: string[]; Resource: string[]; Condition: object }[];
}

// AWS PrivateLink, "Control access to VPC endpoints using endpoint policies"; Lambda developer guide, "Giving Lambda functions access
// to resources in an Amazon VPC".
describe("a lake in a private network", () => {
  let lake: TestLake;
  let graph: ResourceGraph;

  before(async () => {
    lake = await TestLake.open("dev", { program: join(__dirname, "private-network") });
    graph = lake.runtime.deployed!;
  });
  after(() => lake?.close());

  const of = (type: string): Resource[] => graph.resources.filter((resource) => resource.type === type);
  const endpoints = (): Map<string, Resource> =>
    new Map(of(ENDPOINT).map((endpoint) => [String(endpoint.inputs.serviceName).split(".").pop()!, endpoint]));
  const policyOf = (service: string) => JSON.parse(String(endpoints().get(service)?.inputs.policy)) as Policy;

  /** Lands a date on a changed graph; returns how its runs ended and what the runtime said meanwhile. */
  async function landOn(changed: ResourceGraph, date: string): Promise<{ statuses: string[]; heard: string }> {
    const { oh, in: indiana } = await sampleFiles();
    const heard: string[] = [];
    const stop = lake.runtime.journal.listen((entry: JournalEntry) => {
      if (entry.kind === "unreachable") heard.push(`${entry.caller.split("/").pop()} unreachable: ${entry.reason}`);
      if (entry.kind === "function-failed") heard.push(entry.message);
      if (entry.kind === "event-dropped") heard.push(entry.reason);
    });
    try {
      await lake.runtime.deploy(changed);
      const runs = await lake.land(date, oh, indiana);
      return { statuses: runs.map(({ status }) => status), heard: heard.join("\n") };
    } finally {
      stop();
      await lake.runtime.deploy(graph);
    }
  }

  /** The graph with one endpoint changed, or gone. */
  const withEndpoint = (service: string, change: (endpoint: Resource) => Resource[]): ResourceGraph => {
    const target = endpoints().get(service);
    return { ...graph, resources: graph.resources.flatMap((one) => (one === target ? change(one) : [one])) };
  };

  it("previews the same resources, of which nothing is known that AWS computes", async () => {
    const program = join(__dirname, "private-network");
    const archives = mkdtempSync(join(tmpdir(), "tributary-preview-"));
    try {
      const preview = await evaluateProgram({ program, stack: "dev", archives, preview: true });
      const kinds = (resources: readonly Resource[]) => resources.map(({ type, name }) => `${type} ${name}`).sort();
      expect(kinds(preview.resources)).to.deep.equal(kinds(graph.resources));
    } finally {
      rmSync(archives, { recursive: true, force: true });
    }
  });

  it("has subnets in two zones, no route out, and endpoints for what functions call", () => {
    expect([...endpoints().keys()].sort()).to.deep.equal(["glue", "s3", "states"]);
    expect(of("aws:ec2/subnet:Subnet").map(({ inputs }) => [inputs.availabilityZone, inputs.cidrBlock])).to.deep.equal([
      ["us-east-1a", "10.0.0.0/26"],
      ["us-east-1b", "10.0.0.128/26"],
    ]);
    expect(of("aws:ec2/route:Route")).to.deep.equal([]);
    const attached = of("aws:lambda/function:Function").map(({ inputs }) => inputs.vpcConfig);
    const subnetIds = of("aws:ec2/subnet:Subnet").map(({ id }) => id);
    for (const config of attached) expect(config).to.have.deep.property("subnetIds", subnetIds);
    expect(attached).to.have.length(23);
  });

  it("costs what docs/stages.md says", () => {
    const zones = [...endpoints().values()].flatMap(({ inputs }) => (inputs.subnetIds as string[] | undefined) ?? []);
    const dollars = (zones.length * 730 * PRICES.vpcEndpoint.zoneHour).toFixed(2);
    const said = readFileSync(join(__dirname, "../../docs/stages.md"), "utf8");
    expect(said).to.include(`in two zones cost ${dollars} US dollars a month in ${PRICES.region}`);
  });

  it("lets pass what its functions' roles allow, for its roles, and no action more", () => {
    const functionRoles = new Set(
      of("aws:lambda/function:Function").map(({ inputs }) => String(inputs.role).split("/").pop()),
    );
    const granted = of("aws:iam/rolePolicy:RolePolicy")
      .filter(({ inputs }) => functionRoles.has(String(inputs.role)))
      .flatMap(({ inputs }) => (JSON.parse(String(inputs.policy)) as Policy).Statement.flatMap(({ Action }) => Action));
    for (const service of ["s3", "glue", "states"]) {
      const { Statement } = policyOf(service);
      const passing = new Set(Statement.flatMap(({ Action }) => Action));
      expect([...passing].sort(), service).to.deep.equal(
        [...new Set(granted.filter((action) => action.startsWith(`${service}:`)))].sort(),
      );
      for (const { Condition } of Statement) {
        expect(Condition).to.deep.equal({
          ArnLike: { "aws:PrincipalArn": "arn:aws:iam::111122223333:role/emissions-dev-*" },
        });
      }
      expect(Statement.flatMap(({ Resource }) => Resource)).to.not.include("*");
    }
  });

  it("runs: every call of its functions goes through an endpoint whose policy allows it", async () => {
    const { statuses, heard } = await landOn(graph, "2024-11-08");
    expect(heard).to.equal("");
    expect(statuses).to.deep.equal(["SUCCEEDED", "SUCCEEDED"]);
  });

  it("succeeds in nothing without the endpoint for Step Functions, and the runtime says which way is missing", async () => {
    const { statuses, heard } = await landOn(
      withEndpoint("states", () => []),
      "2024-11-09",
    );
    // The trigger notes the run, and cannot start it.
    expect(statuses).to.not.include("SUCCEEDED");
    expect(heard).to.match(
      /state_emission_daily-trigger unreachable: No way from the VPC to states: vpc-\w+ has no endpoint/,
    );
  });

  it("fails by name where the policy of an endpoint is narrower than the roles", async () => {
    const narrower = JSON.stringify(policyOf("glue")).replace(/"glue:CreatePartition",?/g, "");
    const changed = withEndpoint("glue", ({ inputs, outputs, ...rest }) => [
      { ...rest, inputs: { ...inputs, policy: narrower }, outputs: { ...outputs, policy: narrower } },
    ]);
    const { statuses, heard } = await landOn(changed, "2024-11-10");
    expect(statuses).to.include("FAILED").and.not.include("SUCCEEDED");
    expect(heard).to.include("because no VPC endpoint policy allows the glue:CreatePartition action");
  });

  it("fails by name where a route table does not lead to the gateway", async () => {
    const changed = withEndpoint("s3", ({ inputs, outputs, ...rest }) => {
      const [, ...routeTableIds] = inputs.routeTableIds as string[];
      return [{ ...rest, inputs: { ...inputs, routeTableIds }, outputs: { ...outputs, routeTableIds } }];
    });
    const { statuses, heard } = await landOn(changed, "2024-11-11");
    expect(statuses).to.deep.equal([]);
    expect(heard).to.match(/No way from the VPC to s3: vpce-\w+: the route table of subnet-\w+ has no route to it/);
  });

  const taken: Readonly<Record<string, readonly [string, string]>> = {
    "make network interfaces": ["ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface"],
    "make them in the subnets": ["ec2:us-east-1:111122223333:subnet/*", "ec2:us-east-1:111122223333:subnet/subnet-0"],
  };
  for (const [what, [permission, instead]] of Object.entries(taken)) {
    it(`is refused where a role may not ${what}`, async () => {
      const resources = graph.resources.map((one) => {
        if (one.type !== "aws:iam/rolePolicy:RolePolicy" || !String(one.inputs.role).endsWith("daily-land")) return one;
        const policy = String(one.inputs.policy).replace(permission, instead);
        expect(policy).not.to.equal(one.inputs.policy);
        return { ...one, inputs: { ...one.inputs, policy }, outputs: { ...one.outputs, policy } };
      });
      const functions = resources.map((one) =>
        one.type === "aws:lambda/function:Function" && one.id.endsWith("daily-land")
          ? { ...one, inputs: { ...one.inputs, timeout: 899 }, outputs: { ...one.outputs, timeout: 899 } }
          : one,
      );
      const refused = await lake.runtime.deploy({ ...graph, resources: functions }).then(
        () => "",
        (error: Error) => error.message,
      );
      expect(refused).to.match(
        /The provided execution role does not have permissions to call CreateNetworkInterface on EC2/,
      );
    });
  }
});
