import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { AwsError, operation, Runtime, type AddedService, type Operations } from "../../local";

const place = { account: "111122223333", region: "us-east-1" };
const resource = `arn:aws:greetings:${place.region}:${place.account}:book`;

/** A service that does not exist: it greets, and keeps whom it greeted. */
function greetings(told: string[]): AddedService {
  return {
    name: "greetings",
    open: ({ folder, api, now }) => {
      const book = join(folder, "book.json");
      const greeted = (): string[] => (existsSync(book) ? (JSON.parse(readFileSync(book, "utf8")) as string[]) : []);
      const operations: Operations = {
        Greet: operation({
          parse: (input) => {
            const { Name } = (input ?? {}) as { Name?: unknown };
            if (typeof Name !== "string") throw new AwsError("ValidationException", "Name must be a text.");
            return { Name };
          },
          permissions: () => [{ action: "greetings:Greet", resource }],
          run: async ({ Name }, { caller }) => {
            mkdirSync(folder, { recursive: true });
            writeFileSync(book, JSON.stringify([...greeted(), Name]));
            const { Account } = (await api.call("sts", "GetCallerIdentity", {}, caller)) as { Account: string };
            return { Greeting: `Hello ${Name} of ${Account}`, Year: now().getUTCFullYear() };
          },
        }),
        ListGreeted: operation({
          parse: () => ({}),
          permissions: () => [{ action: "greetings:ListGreeted", resource }],
          run: async () => ({ Names: greeted() }),
        }),
      };
      return {
        name: "greetings",
        title: "Greetings",
        operations,
        resume: () => void told.push("resume"),
        close: () => void told.push("close"),
      };
    },
  };
}

describe("a service that is added to a runtime", () => {
  let folder: string;
  let runtime: Runtime;
  const told: string[] = [];
  const open = () =>
    Runtime.open({ folder, place, addedServices: [greetings(told)], now: () => new Date("2024-11-09T00:00:00Z") });
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "service-"));
    runtime = await open();
  });
  after(async () => {
    await runtime.close();
    rmSync(folder, { recursive: true });
  });

  /** A call over the wire, as an SDK of AWS JSON signs it for this service. */
  async function call(service: string, name: string, input: unknown): Promise<{ status: number; body: unknown }> {
    const scope = `20241109/${place.region}/${service}/aws4_request`;
    const answer = await fetch(runtime.endpoint, {
      method: "POST",
      headers: {
        "content-type": "application/x-amz-json-1.1",
        "x-amz-target": `Greetings.${name}`,
        authorization: `AWS4-HMAC-SHA256 Credential=local/${scope}, SignedHeaders=host, Signature=0`,
      },
      body: JSON.stringify(input),
    });
    return { status: answer.status, body: await answer.json() };
  }

  it("answers clients as the others do", async () => {
    expect(await call("greetings", "Greet", { Name: "Ada" })).to.deep.equal({
      status: 200,
      body: { Greeting: "Hello Ada of 111122223333", Year: 2024 },
    });
    expect(await call("greetings", "Greet", {})).to.deep.include({ status: 400 });
    expect(runtime.api.serviceNames).to.include.members(["greetings", "s3", "sqs"]);
    expect(runtime.services.all.map(({ title }) => title)).to.include.members(["Greetings", "Amazon S3"]);
  });

  it("asks for permissions as the others do", async () => {
    const role = { principalArn: `arn:aws:iam::${place.account}:role/nobody` };
    const denied = await runtime.api.call("greetings", "Greet", { Name: "Ada" }, role).catch((error: Error) => error);
    expect((denied as Error).message).to.contain("not authorized to perform: greetings:Greet on resource");
  });

  it("keeps its state in a folder of its own, is ended and taken up again", async () => {
    await runtime.close();
    expect(told.pop()).to.equal("close");
    runtime = await open();
    expect(told.pop()).to.equal("resume");
    expect(existsSync(join(folder, "greetings", "book.json"))).to.equal(true);
    expect((await call("greetings", "ListGreeted", {})).body).to.deep.equal({ Names: ["Ada"] });
  });

  it("is known by its name only where it was added", async () => {
    const { status, body } = await call("farewells", "Greet", {});
    expect(status).to.equal(400);
    expect(JSON.stringify(body)).to.contain("no service farewells; it has athena, events, glue, greetings,");
  });
});
