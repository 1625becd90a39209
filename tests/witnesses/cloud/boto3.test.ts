import { spawn, type ChildProcess } from "node:child_process";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { expect } from "chai";
import type { Resource, ResourceGraph } from "../../../local/graph";
import { evaluated } from "../../evaluated";
import { staleReasons, withoutReason } from "./accepted";
import { graphOf, witnessed } from "./graphs";
import type { Call } from "./boto3/call";
import { calls } from "./boto3/calls";
import { python, requirePython } from "../python";

/** Objects come last, so that what bucket policies do to them is the same each time; all else in the order of the program. */
function creations({ resources }: ResourceGraph): (Call & { about: string })[] {
  const isObject = ({ type }: Resource): number => (type.endsWith("BucketObjectv2") ? 1 : 0);
  return resources
    .filter(({ component, type }) => !component && !type.startsWith("pulumi:"))
    .sort((a, b) => isObject(a) - isObject(b))
    .flatMap(({ type, name, inputs, outputs, id }) => {
      const made = calls[type];
      if (!made) throw new Error(`boto3/calls.ts has no ${type}.`);
      return made(inputs, outputs, id).map((call) => ({ ...call, about: `${name} (${type})` }));
    });
}

describe("moto and boto3, creating every resource", () => {
  let commands: string;
  let server: ChildProcess | undefined;

  before(async function () {
    commands = await requirePython(this, join(__dirname, "requirements.txt"));
  });
  afterEach(() => server?.kill());

  /** Makes the calls on an empty moto server of an account; returns those that were refused. */
  async function create(account: string, made: readonly (Call & { about: string })[]): Promise<string[]> {
    const port = await freePort();
    server = spawn(join(commands, "python"), ["-m", "moto.server", "-p", String(port)], {
      env: { ...process.env, MOTO_ACCOUNT_ID: account },
      stdio: "ignore",
    });
    const endpoint = `http://127.0.0.1:${port}`;
    await answers(`${endpoint}/moto-api/`);
    const task = JSON.stringify({ endpoint, region: "us-east-1", calls: made });
    const output = await python(commands, [join(__dirname, "boto3", "create.py")], task);
    const refused = output
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, string>);
    return refused.map(({ about, method, error }) => `${about} ${method}: ${error}`);
  }

  const found: string[] = [];
  for (const stage of witnessed) {
    it(`take all of ${stage}, or there is a reason`, async () => {
      const graph = await graphOf(stage);
      const made = creations(graph);
      const findings = await create(graph.account, made);
      found.push(...findings);
      expect(withoutReason("moto", findings)).to.deep.equal([]);
      console.log(`      ${made.length} calls`);
    });
  }

  it("covers something by each reason", () => {
    expect(staleReasons("moto", found)).to.deep.equal([]);
  });

  it("refuse a parameter, a policy and a name that are not as the service has them", async () => {
    const graph = await evaluated("dev");
    const trust = '{"Version":"2012-10-17","Statement":[]}';
    const role = (policy: string): Call[] => [
      { service: "iam", method: "create_role", parameters: { RoleName: "r", AssumeRolePolicyDocument: trust } },
      {
        service: "iam",
        method: "put_role_policy",
        parameters: { RoleName: "r", PolicyName: "p", PolicyDocument: policy },
      },
    ];
    const wrong: Call[] = [
      { service: "sqs", method: "create_queue", parameters: { QueueName: "q", Colour: "red" } },
      ...role('{"Version":"2012-10-17","Statement":[{"Effect":"Permit","Action":"s3:GetObject","Resource":"*"}]}'),
      {
        service: "stepfunctions",
        method: "create_state_machine",
        parameters: { name: "m", definition: "{}", roleArn: "r" },
      },
    ];
    const refused = await create(
      graph.account,
      wrong.map((call) => ({ ...call, about: "it" })),
    );
    expect(refused.map((line) => line.split(":")[0])).to.deep.equal([
      "it create_queue",
      "it put_role_policy",
      "it create_state_machine",
    ]);
  });
});

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** Waits until a server answers: Python takes its time to load on a busy machine. */
async function answers(url: string): Promise<void> {
  for (;;) {
    try {
      await fetch(url);
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}
