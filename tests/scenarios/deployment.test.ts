import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect } from "chai";
import { DeploymentError } from "../../local/deploy";
import type { ResourceGraph } from "../../local/graph";
import { deployerPolicy } from "../../local/iam/deployer";
import { Runtime } from "../../local/runtime";
import { evaluated, type Stage } from "../evaluated";

/** The page that shows the policy of dev. To accept a change: TRIBUTARY_ACCEPT=1 npm run unit. */
const page = resolve(__dirname, "../../docs/deployment.md");

const stages: readonly Stage[] = ["dev", "prod"];
for (const stage of stages) {
  describe(`deploying ${stage} as somebody else than the account's owner`, () => {
    let folder: string;
    let runtime: Runtime;
    let graph: ResourceGraph;
    before(async () => {
      graph = await evaluated(stage);
      folder = mkdtempSync(join(tmpdir(), "tributary-deployment-"));
      runtime = await Runtime.open({ folder });
    });
    after(async () => {
      await runtime.close();
      rmSync(folder, { recursive: true });
    });

    it("fails without any one statement of the deployer's policy, and names what it allows", async () => {
      const { Version, Statement } = deployerPolicy(graph);
      for (const left of Statement) {
        const as = [{ Version, Statement: Statement.filter((statement) => statement !== left) }];
        const error = await runtime.deploy(graph, { as }).catch((thrown: unknown) => thrown);
        expect(error, left.Sid).to.be.instanceOf(DeploymentError);
        for (const fault of (error as DeploymentError).faults) {
          const action = /is not authorized to perform: (\S+) on resource: /.exec(fault)?.[1];
          expect(left.Action, fault).to.include(action);
        }
        expect(runtime.deployed).to.equal(null);
      }
    });

    it("succeeds with it", async () => {
      const { created } = await runtime.deploy(graph, { as: [deployerPolicy(graph)] });
      expect(created).to.be.above(100);
    });

    it("names no resource of another stage", () => {
      // Keys have no names of their own, the catalog is one for all, and some actions know no resource.
      const shared = ["*", `arn:aws:glue:${graph.region}:${graph.account}:catalog`];
      shared.push(`arn:aws:kms:${graph.region}:${graph.account}:key/*`);
      const resources = deployerPolicy(graph).Statement.flatMap(({ Resource }) => Resource);
      for (const resource of resources.filter((each) => !shared.includes(each))) {
        expect(resource).to.match(new RegExp(`[-_/]${stage}([-_/:]|$)`));
      }
    });

    // IAM user guide, "IAM and AWS STS quotas": inline policies of a role have 10,240 characters in total, white space apart.
    it("fits a role", () => {
      expect(JSON.stringify(deployerPolicy(graph)).length).to.be.below(10_240);
    });
  });
}

describe("the guide to deployment", () => {
  it("shows the deployer's policy of dev", async () => {
    const policy = deployerPolicy(await evaluated("dev"));
    const block = /```json\n([^]*?)\n```/;
    const text = readFileSync(page, "utf8");
    if (process.env.TRIBUTARY_ACCEPT === "1") {
      writeFileSync(page, text.replace(block, `\`\`\`json\n${JSON.stringify(policy, null, 2)}\n\`\`\``));
    }
    expect(JSON.parse(block.exec(readFileSync(page, "utf8"))?.[1] ?? "")).to.deep.equal(policy);
  });
});
