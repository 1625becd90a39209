import { expect } from "chai";
import { flag, list, number, optional, readJson, record, shape, text } from "../../../functions/invocation/schema";

const reader = shape({ name: text, size: number, on: optional(flag), tags: list(text), map: record(number) });
const valid = { name: "a", size: 1, tags: ["x"], map: { k: 2 } };

describe("reading untrusted JSON", () => {
  it("keeps known members only", () => {
    expect(reader({ ...valid, more: 1 }, "")).to.deep.equal({ ...valid, on: undefined });
  });

  const refused: { name: string; value: unknown; says: string }[] = [
    { name: "a missing member", value: { ...valid, name: undefined }, says: "name: expected a string, found nothing." },
    { name: "a wrong type", value: { ...valid, size: "1" }, says: 'size: expected a number, found "1".' },
    { name: "a wrong item", value: { ...valid, tags: ["x", 2] }, says: "tags[1]: expected a string, found 2." },
    {
      name: "a wrong value in a map",
      value: { ...valid, map: { k: "v" } },
      says: 'map.k: expected a number, found "v".',
    },
    { name: "a list for an object", value: [], says: "input: expected an object, found []." },
    { name: "text for a flag", value: { ...valid, on: "yes" }, says: 'on: expected true or false, found "yes".' },
  ];
  for (const { name, value, says } of refused) {
    it(`refuses ${name}, with its path`, () =>
      expect(() => reader(value, ""))
        .to.throw(says)
        .with.property("name", "ConfigurationInvalid"));
  }

  it("names the place of text that is not JSON", () => {
    expect(() => readJson("{", text, "pipelines/x.json")).to.throw(/^pipelines\/x\.json is not JSON/);
  });
});
