import { expect } from "chai";
import { AwsError } from "../../../local/api";
import { arn, ComputeBench, owner } from "../lambda/compute-bench";

const role = "arn:aws:iam::123456789012:role/team/worker";

describe("local/sts", () => {
  let now = new Date("2024-11-08T10:00:00Z");
  let bench: ComputeBench;
  beforeEach(() => {
    now = new Date("2024-11-08T10:00:00Z");
    bench = new ComputeBench(undefined, () => now);
  });
  afterEach(() => bench.close());

  it("gives a role the same lasting credentials, also to the next process", async () => {
    const first = bench.sessions.credentialsFor(role);
    expect(first.accessKeyId).to.match(/^ASIA[A-Z0-9]{16}$/);
    expect(bench.sessions.credentialsFor(role)).to.deep.equal(first);
    const next = new ComputeBench(bench.folder);
    expect(next.sessions.credentialsFor(role)).to.deep.equal(first);
    expect(next.sessions.callerOf(first.accessKeyId)).to.deep.equal({ principalArn: role });
    await next.stop();
  });

  it("takes every other key for the owner's", () => {
    for (const key of ["local", "AKIAIOSFODNN7EXAMPLE", "ASIAIOSFODNN7EXAMPLE"]) {
      expect(bench.sessions.callerOf(key)).to.deep.equal(owner);
    }
    expect(() => bench.sessions.callerOf("ASIALOCAL00000000000"))
      .to.throw(AwsError)
      .with.property("code", "UnrecognizedClientException");
  });

  it("lets a role be assumed for a while", async () => {
    const input = { RoleArn: role, RoleSessionName: "me", DurationSeconds: "900" };
    const { Credentials, AssumedRoleUser } = await bench.call<{
      Credentials: { AccessKeyId: string; Expiration: Date };
      AssumedRoleUser: { Arn: string };
    }>("sts", "AssumeRole", input);
    expect(bench.checked[0].permission).to.deep.equal({ action: "sts:AssumeRole", resource: role });
    expect(AssumedRoleUser.Arn).to.equal("arn:aws:sts::123456789012:assumed-role/worker/me");
    expect(Credentials.Expiration.toISOString()).to.equal("2024-11-08T10:15:00.000Z");
    expect(bench.sessions.callerOf(Credentials.AccessKeyId)).to.deep.equal({ principalArn: role });
    now = Credentials.Expiration;
    expect(() => bench.sessions.callerOf(Credentials.AccessKeyId))
      .to.throw(AwsError)
      .with.property("code", "ExpiredTokenException");
  });

  it("says who calls", async () => {
    expect(await bench.call("sts", "GetCallerIdentity", {})).to.deep.equal({
      UserId: "123456789012",
      Account: "123456789012",
      Arn: owner.principalArn,
    });
    const asRole = await bench.api.call("sts", "GetCallerIdentity", {}, { principalArn: role });
    expect(asRole).to.include({ Account: "123456789012", Arn: "arn:aws:sts::123456789012:assumed-role/worker/local" });
  });

  for (const input of [{ RoleArn: "worker" }, { RoleSessionName: "a b" }, { DurationSeconds: "60" }]) {
    it(`refuses ${JSON.stringify(input)}`, async () => {
      const asked = { RoleArn: arn("iam", "x").replace("us-east-1", ""), RoleSessionName: "me", ...input };
      const error: unknown = await bench.call("sts", "AssumeRole", asked).catch((thrown: unknown) => thrown);
      expect(error).to.be.instanceOf(AwsError).with.property("code", "ValidationError");
    });
  }
});
