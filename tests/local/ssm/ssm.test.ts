import { expect } from "chai";
import { AwsError } from "../../../local/api";
import { arn, ComputeBench } from "../lambda/compute-bench";

describe("local/ssm", () => {
  const now = new Date("2024-11-08T10:00:00Z");
  let bench: ComputeBench;
  beforeEach(() => (bench = new ComputeBench(undefined, () => now)));
  afterEach(() => bench.close());

  const call = <T>(name: string, input: object) => bench.call<T>("ssm", name, input);
  const put = (Name: string, Value = "v", more: object = {}) =>
    call("PutParameter", { Name, Value, Type: "String", ...more });

  it("keeps a parameter with its versions", async () => {
    expect(await put("/pipeline/a", "one")).to.deep.equal({ Version: 1, Tier: "Standard" });
    expect(await put("/pipeline/a", "two", { Overwrite: true })).to.deep.equal({ Version: 2, Tier: "Standard" });
    const Parameter = {
      Name: "/pipeline/a",
      Type: "String",
      Value: "two",
      Version: 2,
      LastModifiedDate: now,
      ARN: arn("ssm", "parameter/pipeline/a"),
      DataType: "text",
    };
    expect(await call("GetParameter", { Name: "/pipeline/a" })).to.deep.equal({ Parameter });
    await bench.stop();
    const next = new ComputeBench(bench.folder);
    expect(await next.call("ssm", "GetParameter", { Name: Parameter.ARN })).to.deep.equal({ Parameter });
    await next.call("ssm", "DeleteParameter", { Name: "/pipeline/a" });
    expect(next.parameters.list()).to.deep.equal([]);
    await next.stop();
  });

  it("gives several, and names those it does not have", async () => {
    await put("/a");
    await put("plain");
    const { Parameters, InvalidParameters } = await call<{
      Parameters: { ARN: string }[];
      InvalidParameters: string[];
    }>("GetParameters", { Names: ["/a", "/none", "plain"] });
    expect(Parameters.map(({ ARN }) => ARN)).to.deep.equal([arn("ssm", "parameter/a"), arn("ssm", "parameter/plain")]);
    expect(InvalidParameters).to.deep.equal(["/none"]);
  });

  it("lists a path, page by page", async () => {
    for (const name of ["/p/a", "/p/b", "/p/c/d", "/pq", "/q/a"]) await put(name);
    const names = async (input: object) => {
      const found = await call<{ Parameters: { Name: string }[]; NextToken?: string }>("GetParametersByPath", input);
      return [found.Parameters.map(({ Name }) => Name), found.NextToken];
    };
    expect(await names({ Path: "/p" })).to.deep.equal([["/p/a", "/p/b"], undefined]);
    expect(await names({ Path: "/p/", Recursive: true })).to.deep.equal([["/p/a", "/p/b", "/p/c/d"], undefined]);
    expect(await names({ Path: "/", Recursive: true, MaxResults: 2 })).to.deep.equal([["/p/a", "/p/b"], "/p/b"]);
    expect(await names({ Path: "/", Recursive: true, MaxResults: 2, NextToken: "/p/b" })).to.deep.equal([
      ["/p/c/d", "/pq"],
      "/pq",
    ]);
    const { Parameters } = await call<{ Parameters: object[] }>("DescribeParameters", {});
    expect(Parameters).to.have.length(5);
    expect(Parameters[0]).not.to.have.property("Value");
  });

  it("shows a SecureString only decrypted, which needs its key", async () => {
    const key = arn("kms", "key/1");
    await put("/secret", "word", { Type: "SecureString", KeyId: key });
    const value = async (input: object) =>
      (await call<{ Parameter: { Value: string } }>("GetParameter", { Name: "/secret", ...input })).Parameter.Value;
    expect(await value({})).not.to.contain("word");
    expect(bench.checked.map(({ permission }) => permission.action)).not.to.include("kms:Decrypt");
    expect(await value({ WithDecryption: true })).to.equal("word");
    expect(bench.checked.map(({ permission }) => permission.resource)).to.include(key);
  });

  const refused: [name: string, input: object, code: string][] = [
    ["GetParameter", { Name: "/none" }, "ParameterNotFound"],
    ["DeleteParameter", { Name: "/none" }, "ParameterNotFound"],
    ["PutParameter", { Name: "/a", Value: "x" }, "ParameterAlreadyExists"],
    ["PutParameter", { Name: "/new", Value: "x" }, "ValidationException"],
    ["PutParameter", { Name: "/a b", Value: "x", Type: "String" }, "ValidationException"],
    ["PutParameter", { Name: "/new", Value: "x".repeat(4097), Type: "String" }, "ValidationException"],
    [
      "PutParameter",
      { Name: "/new", Value: "x", Type: "String", AllowedPattern: "^\\d+$" },
      "ParameterPatternMismatchException",
    ],
    ["GetParameter", { Name: "/a:1" }, "ValidationException"],
    ["GetParametersByPath", { Path: "a" }, "ValidationException"],
    ["GetParametersByPath", { Path: "/", ParameterFilters: [] }, "ValidationException"],
    ["GetParameters", { Names: [] }, "ValidationException"],
  ];
  for (const [name, input, code] of refused) {
    it(`${name} ${JSON.stringify(input).slice(0, 60)}: ${code}`, async () => {
      await put("/a");
      const error: unknown = await call(name, input).catch((thrown: unknown) => thrown);
      expect(error).to.be.instanceOf(AwsError).with.property("code", code);
    });
  }
});
