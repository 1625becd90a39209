import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { readStage } from "../../stacks/stage";

const valid: Record<string, string> = {
  "aws:region": "us-east-1",
  "aws:allowedAccountIds": '["111122223333"]',
  "aws:defaultTags": '{"tags":{"project":"tributary","stage":"qa"}}',
  "tributary:bucketPrefix": "acme",
  "tributary:cadence": "due",
  "tributary:dataOnDestroy": "keep",
  "tributary:encryption": "kms",
  "tributary:catalogEncryption": "false",
  "tributary:retention":
    '{"logDays":60,"incomingDays":90,"resultDays":30,"supersededDays":30,"supersededRuns":3,"accessDays":365}',
  "tributary:scanLimit": "1000000000000",
  "tributary:lateAfterHour": "9",
  "tributary:alarmEmail": "team@example.com",
};

function stageOf(config: Record<string, string | undefined>): ReturnType<typeof readStage> {
  const given = Object.entries(config).filter((entry): entry is [string, string] => entry[1] !== undefined);
  pulumi.runtime.setAllConfig(Object.fromEntries(given));
  return readStage();
}

describe("a stage's configuration", () => {
  before(async () => {
    const mocks: pulumi.runtime.Mocks = {
      newResource: ({ name, inputs }) => ({ id: name, state: inputs }),
      call: () => ({}),
    };
    await pulumi.runtime.setMocks(mocks, "tributary", "qa", false);
  });
  after(() => pulumi.runtime.setAllConfig({}));

  it("becomes typed values; the account is the one that the provider allows", () => {
    expect(stageOf(valid)).to.deep.equal({
      name: "qa",
      region: "us-east-1",
      account: "111122223333",
      bucketPrefix: "acme",
      cadence: "due",
      dataOnDestroy: "keep",
      encryption: "kms",
      catalogEncryption: false,
      retention: {
        logDays: 60,
        incomingDays: 90,
        resultDays: 30,
        supersededDays: 30,
        supersededRuns: 3,
        accessDays: 365,
      },
      scanLimit: 1e12,
      lateAfterHour: 9,
      alarmEmail: "team@example.com",
    });
  });

  const refused: { name: string; change: Record<string, string | undefined>; says: RegExp }[] = [
    {
      name: "a missing key",
      change: { "tributary:cadence": undefined },
      says: /^error\[stage-setting\]: tributary:cadence: [^]*--> Pulumi\.qa\.yaml/,
    },
    {
      name: "an unknown key",
      change: { "tributary:bucketPrefx": "x" },
      says: /tributary:bucketPrefx: there is no such setting/,
    },
    {
      name: "a nested missing key",
      change: { "tributary:retention": '{"logDays":60}' },
      says: /tributary:retention\.incomingDays: /,
    },
    {
      name: "a retention that CloudWatch lacks",
      change: { "tributary:retention": valid["tributary:retention"].replace("60", "61") },
      says: /tributary:retention\.logDays: /,
    },
    { name: "no number", change: { "tributary:lateAfterHour": "nine" }, says: /tributary:lateAfterHour: .*number/ },
    { name: "an hour that no day has", change: { "tributary:lateAfterHour": "24" }, says: /tributary:lateAfterHour: / },
    {
      name: "no account",
      change: { "aws:allowedAccountIds": undefined },
      says: /aws:allowedAccountIds: [^]*--> Pulumi\.qa\.yaml/,
    },
    {
      name: "two accounts",
      change: { "aws:allowedAccountIds": '["111122223333","444455556666"]' },
      says: /aws:allowedAccountIds: /,
    },
    {
      name: "half an account",
      change: { "aws:allowedAccountIds": '["1111"]' },
      says: /aws:allowedAccountIds\.0: expected twelve digits/,
    },
    { name: "no tags", change: { "aws:defaultTags": undefined }, says: /aws:defaultTags: / },
    {
      name: "tags without a stage",
      change: { "aws:defaultTags": '{"tags":{"project":"p"}}' },
      says: /aws:defaultTags\.tags\.stage: /,
    },
    { name: "no region", change: { "aws:region": undefined }, says: /aws:region: / },
    {
      name: "an address that is none",
      change: { "tributary:alarmEmail": "team" },
      says: /tributary:alarmEmail: expected an e-mail address/,
    },
  ];
  for (const { name, change, says } of refused) {
    it(`refuses ${name}, naming file and key`, () => expect(() => stageOf({ ...valid, ...change })).to.throw(says));
  }

  it("names all mistakes at once", () => {
    const broken = { ...valid, "tributary:cadence": "daily", "aws:region": "here", "tributary:more": "x" };
    expect(() => stageOf(broken)).to.throw(/cadence[^]*tributary:more[^]*aws:region/);
  });
});
