import { expect } from "chai";
import { blockText, contains, divide, parseBlock } from "../../../local/awsx/address-blocks";

/** Blocks by zone. */
const divided = (block: string, zones: number, masks: readonly (number | undefined)[]): string[][] =>
  divide(parseBlock(block), zones, masks).map((subnets) => subnets.map(blockText));

// What pulumi/pulumi-awsx, awsx/ec2/subnetDistributorNew.ts does, by its own rules.
describe("blocks of addresses, divided as awsx does", () => {
  const cases: [name: string, block: string, zones: number, masks: (number | undefined)[], blocks: string[][]][] = [
    ["one zone, one subnet", "10.0.0.0/16", 1, [undefined], [["10.0.0.0/16"]]],
    ["a zone's part begins at a power of two", "10.0.0.0/24", 2, [26], [["10.0.0.0/26"], ["10.0.0.128/26"]]],
    ["three zones take parts of four", "10.0.0.0/16", 3, [24], [["10.0.0.0/24"], ["10.0.64.0/24"], ["10.0.128.0/24"]]],
    [
      "equal shares",
      "10.0.0.0/16",
      2,
      [undefined, undefined],
      [
        ["10.0.0.0/18", "10.0.64.0/18"],
        ["10.0.128.0/18", "10.0.192.0/18"],
      ],
    ],
    ["a larger subnet begins at its own boundary", "10.0.0.0/16", 1, [24, 20], [["10.0.0.0/24", "10.0.16.0/20"]]],
  ];
  for (const [name, block, zones, masks, blocks] of cases) {
    it(name, () => expect(divided(block, zones, masks)).to.deep.equal(blocks));
  }

  it("tell when the subnets do not fit", () =>
    expect(() => divided("10.0.0.0/24", 2, [25, 25])).to.throw(
      "The subnets of a zone need 256 addresses, and a zone has 128.",
    ));

  it("contain one another, or not", () => {
    expect(contains(parseBlock("0.0.0.0/0"), parseBlock("10.0.0.0/16"))).to.equal(true);
    expect(contains(parseBlock("10.0.0.0/24"), parseBlock("10.0.0.0/16"))).to.equal(false);
    expect(contains(parseBlock("10.1.0.0/16"), parseBlock("10.0.0.0/24"))).to.equal(false);
  });

  for (const text of ["10.0.0.0", "10.0.0.256/16", "10.0.0.0/33", "fd00::/8"]) {
    it(`refuse ${text}`, () => expect(() => parseBlock(text)).to.throw(`${text} is no block of IPv4 addresses.`));
  }
});
