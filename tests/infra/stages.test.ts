import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { ResourceGraph } from "../../local/graph";
import { evaluated } from "../evaluated";

/** What differs between the stages, as it was reviewed. To accept a change: TRIBUTARY_ACCEPT=1 npm run unit. */
const reviewed = join(__dirname, "stage-differences.txt");

/** Every leaf of a value by its path; policies and other JSON texts are taken apart too. */
function leaves(value: unknown, path: string, into: Map<string, string>): void {
  const text = typeof value === "string" && /^[[{]/.test(value) ? tryJson(value) : value;
  if (typeof text === "object" && text !== null) {
    for (const [key, item] of Object.entries(text)) leaves(item, `${path}.${key}`, into);
  } else into.set(path, JSON.stringify(text));
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** All inputs of a stage's resources, with the stage's own name and account taken out. */
function describeStage({ resources }: ResourceGraph, stage: string, account: string): Map<string, string> {
  const all = new Map<string, string>();
  for (const { type, name, inputs, options } of resources) {
    const place = `${type.split(":").pop()} ${name}`;
    // Code is the same archive, wherever it was written to.
    const { code: _code, ...described } = inputs;
    leaves({ ...described, options }, place, all);
  }
  const neutral = (text: string): string =>
    text
      .split(account)
      .join("<account>")
      // Keys get their ids from AWS.
      .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "<id>")
      .replace(new RegExp(`([-_])${stage}\\b`, "g"), "$1<stage>");
  return new Map([...all].map(([path, text]) => [neutral(path), neutral(text)]));
}

describe("the stages", () => {
  it("differ only where their configuration says so, as reviewed", async () => {
    const [dev, prod] = await Promise.all([evaluated("dev"), evaluated("prod")]);
    const [ofDev, ofProd] = [describeStage(dev, "dev", dev.account), describeStage(prod, "prod", prod.account)];
    const differences = [...new Set([...ofDev.keys(), ...ofProd.keys()])]
      .sort()
      .filter((path) => ofDev.get(path) !== ofProd.get(path))
      .map((path) => `${path}: ${ofDev.get(path) ?? "-"} | ${ofProd.get(path) ?? "-"}`);
    const found = `# <resource and input>: dev | prod\n${differences.join("\n")}\n`;
    if (process.env.TRIBUTARY_ACCEPT === "1") writeFileSync(reviewed, found);
    expect(found).to.equal(readFileSync(reviewed, "utf8"));
  });
});
