import { resolve } from "node:path";
import { expect } from "chai";
import { resourceTypes } from "../../local/resources";
import { LiveStack, type Operation } from "./live-stack";
import { requirePulumi } from "./suite";

describe("a program with a resource of every type", function () {
  let stack: LiveStack;
  let up: Operation;

  before(async function () {
    const cli = await requirePulumi(this);
    stack = await LiveStack.create(cli, resolve(__dirname, "../local/programs/every-type"));
    up = await stack.run("up");
  });
  after(() => stack?.close());

  it("is deployed by the real pulumi command", () => {
    expect(up.errors).to.equal("");
    const types = Object.keys(resourceTypes).filter((type) => !type.startsWith("pulumi:"));
    expect(up.steps.map(({ type }) => type)).to.include.members(types);
  });

  it("has the network of awsx with the resources that its provider makes", () => {
    const made = up.steps.filter(({ urn }) => urn.includes("awsx:ec2:Vpc"));
    const byType = made.map(({ type, name }) => `${type.split(":").pop()} ${name}`);
    const service = "com.amazonaws.us-east-1";
    expect(byType).to.have.members([
      ...["Vpc made", "Vpc made", "InternetGateway made"],
      ...[1, 2].flatMap((n) =>
        ["Subnet", "RouteTable", "RouteTableAssociation"].map((type) => `${type} made-isolated-${n}`),
      ),
      ...[`VpcEndpoint ${service}.s3`, `VpcEndpoint ${service}.glue`],
      ...[`SecurityGroup ${service}.glue-sg`, `SecurityGroupRule ${service}.glue-ingress`],
    ]);
  });

  it("needs no change afterwards, and leaves only what is to be retained", async () => {
    expect(await stack.run("preview", "--expect-no-changes")).to.include({ succeeded: true });
    const { errors } = await stack.run("destroy");
    expect(errors).to.equal("");
    expect(stack.runtime.deployed?.resources.map(({ name }) => name)).to.deep.equal(["Data"]);
  });
});
