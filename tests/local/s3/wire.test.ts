import { expect } from "chai";
import { checksum, type ChecksumAlgorithm } from "../../../local/s3/checksums";
import { readXml, writeXml } from "../../../local/s3/xml";

describe("S3's wire", () => {
  // Check values of the catalogue of parametrised CRC algorithms, for "123456789", and FIPS 180.
  const sums: [ChecksumAlgorithm, string][] = [
    ["crc32", "cbf43926"],
    ["crc32c", "e3069283"],
    ["crc64nvme", "ae8b14860a799888"],
    ["sha1", "f7c3bc1d808e04732adf679965ccc34ca7ae3441"],
  ];
  for (const [algorithm, hex] of sums) {
    it(`${algorithm} has its check value`, () => {
      const sum = checksum(algorithm);
      sum.update(Buffer.from("12345"));
      sum.update(Buffer.from("6789"));
      expect(Buffer.from(sum.digest(), "base64").toString("hex")).to.equal(hex);
    });
  }

  it("XML survives being written and read", () => {
    const document = writeXml("A", { B: ["<&>\"'", "\r\n"], C: { D: "é" } });
    const root = readXml(`<?xml version="1.0"?><!-- c -->${document}`);
    expect(root.children.map(({ text, children }) => text || children[0].text)).to.deep.equal(["<&>\"'", "\r\n", "é"]);
  });

  for (const document of ["<a>", "<a></b>", "<a/><b/>", "<a>&unknown;</a>", "text", ""]) {
    it(`XML refuses ${JSON.stringify(document)}`, () =>
      expect(() => readXml(document))
        .to.throw()
        .with.property("code", "MalformedXML"));
  }
});
