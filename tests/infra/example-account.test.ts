import { expect } from "chai";
import { readdirSync, readFileSync } from "node:fs";
import { parse, resolve } from "node:path";
import { exampleAccountWarning } from "../../infra/example-account";

const house = resolve(__dirname, "../..");

describe("an account of AWS's documentation", () => {
  it("is warned of by name, with the file in which to put one's own", () => {
    expect(exampleAccountWarning("444455556666", "prod")).to.match(/444455556666.*Pulumi\.prod\.yaml/);
    expect(exampleAccountWarning("210987654321", "prod")).to.equal(undefined);
  });

  it("is what the stages of this repository have that are for AWS, and docs/deployment.md names it", () => {
    const guide = readFileSync(resolve(house, "docs/deployment.md"), "utf8");
    const stages = readdirSync(house).filter((file) => /^Pulumi\.(dev|prod)\.yaml$/.test(file));
    expect(stages).to.have.length(2);
    for (const file of stages) {
      const account = /allowedAccountIds: \["(\d{12})"\]/.exec(readFileSync(resolve(house, file), "utf8"))?.[1] ?? "";
      expect(exampleAccountWarning(account, parse(file).name), file).to.include(account);
      expect(guide).to.include(account);
    }
  });
});
