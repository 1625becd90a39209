import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import { z } from "zod";
import { Records } from "../../local/records";

describe("records", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "tributary-records-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const path = (): string => join(folder, "below", "records.jsonl");
  const open = (): Records<number> => new Records(path(), (stored) => z.number().parse(stored));

  it("are there again in the next process, whatever the keys are", () => {
    const key = fc.oneof(fc.constantFrom("constructor", "__proto__", "", "a\nb"), fc.string());
    const change = fc.record({ key, value: fc.option(fc.integer()) });
    fc.assert(
      fc.property(fc.array(change), (changes) => {
        rmSync(path(), { force: true });
        const expected = new Map<string, number>();
        let records = open();
        for (const [index, { key, value }] of changes.entries()) {
          if (value === null) records.delete(key);
          else records.set(key, value);
          if (value === null) expected.delete(key);
          else expected.set(key, value);
          if (index % 3 === 0) records = open();
        }
        for (const now of [records, open()]) {
          expect([...now.entries()].sort()).to.deep.equal([...expected].sort());
          for (const [key, value] of expected) expect(now.get(key)).to.equal(value);
        }
      }),
    );
  });

  it("leave out a change that a crash cut off, and go on behind it", () => {
    open().set("a", 1);
    appendFileSync(path(), '["a",2');
    expect(open().get("a")).to.equal(1);
    open().set("b", 3);
    expect([...open().entries()]).to.deep.equal([
      ["a", 1],
      ["b", 3],
    ]);
  });

  it("take room for what is known, not for all that ever was", () => {
    const records = open();
    for (let turn = 0; turn < 5000; turn += 1) records.set(`k${turn % 10}`, turn);
    expect(readFileSync(path(), "utf8").split("\n").length).to.be.lessThan(1100);
    expect(open().get("k9")).to.equal(4999);
  });

  it("are not read from what is something else", () => {
    open();
    writeFileSync(path(), '["a","no number"]\n');
    expect(open).to.throw("expected number");
  });
});
