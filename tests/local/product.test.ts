/** The local runtime is a product of its own: it knows AWS, and none of the lakes that run on it. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";

const local = join(__dirname, "../../local");

/** What only a lake has. `pipeline` is Node's function for streams, too. */
const lakeWords =
  /\b(data ?lakes?|lakes?|audit(s|ed|or)?|exec_date|execDate|control files?|emissions|grain|pipelines?|incoming\/|landing)\b/i;
const streams = /\bimport \{ pipeline \} from "node:stream\/promises"|\bawait pipeline\(/;

describe("local/ as a product", () => {
  it("knows nothing of lakes", () => {
    const files = readdirSync(local, { recursive: true, encoding: "utf8" }).filter((name) =>
      /\.(ts|js|mjs)$/.test(name),
    );
    expect(files.length).to.be.greaterThan(200);
    const found = files.flatMap((name) =>
      readFileSync(join(local, name), "utf8")
        .split("\n")
        .flatMap((line, at) =>
          lakeWords.test(line) && !streams.test(line) ? [`${name}:${at + 1}: ${line.trim()}`] : [],
        ),
    );
    expect(found).to.deep.equal([]);
  });

  it("finds such words", () => {
    for (const line of ["the lake's bucket", "an audited table", "exec_date=2024", "each pipeline"]) {
      expect(lakeWords.test(line), line).to.equal(true);
    }
  });
});
