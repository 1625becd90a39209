/** "IAM JSON policy elements: Resource", Specifying resources with wildcards. The oracle is a regular expression of the same form. */
import { expect } from "chai";
import * as fc from "fast-check";
import { takes, type Step } from "../../../local/iam/wildcards";

const many = { many: true, colons: true };
const manyWithin = { many: true, colons: false };
const one = { many: false, colons: true };
const oneWithin = { many: false, colons: false };

function expression(steps: readonly Step[]): RegExp {
  const source = steps.map((step) =>
    typeof step === "string" ? step : `${step.colons ? "[^]" : "[^:]"}${step.many ? "*" : ""}`,
  );
  return new RegExp(`^${source.join("")}$`);
}

describe("IAM wildcards", () => {
  it("stand for what a regular expression of the same form takes", () => {
    // Of an ARN's first segments, then of the rest: `?` takes a colon only where all others do, too.
    const first = fc.array(fc.constantFrom<Step>("a", "b", ":", ":", many, manyWithin, manyWithin, oneWithin), {
      maxLength: 10,
    });
    const rest = fc.array(fc.constantFrom<Step>("a", "b", ":", many, one), { maxLength: 4 });
    const steps = fc.tuple(first, rest).map((parts) => parts.flat());
    const text = fc.array(fc.constantFrom("a", "a", "b", ":"), { maxLength: 12 }).map((letters) => letters.join(""));
    fc.assert(
      fc.property(steps, text, (pattern, given) => takes(pattern, given) === expression(pattern).test(given)),
      { numRuns: 20_000 },
    );
  });

  // Each would take a matcher that goes back longer than anything lasts.
  const length = 100_000;
  const stars = Array.from({ length: length / 2 }, (): Step[] => ["a", many]).flat();
  const withinStars = Array.from({ length: length / 2 }, (): Step[] => ["a", manyWithin]).flat();
  const cases: [name: string, steps: readonly Step[], text: string, taken: boolean][] = [
    ["a*a*a*… of what it takes", stars, "a".repeat(length), true],
    ["a*a*a*…b of what it does not", [...stars, "b"], "a".repeat(length), false],
    ["the same within a segment", [...withinStars, "b"], "a".repeat(length), false],
    ["the same behind one that takes colons", [many, ":", ...withinStars, "b"], ":a".repeat(length / 2), false],
    ["a pattern longer than the text", stars, "a".repeat(10), false],
  ];
  for (const [name, steps, text, taken] of cases) {
    it(`ends: ${name}`, () => expect(takes(steps, text)).to.equal(taken));
  }
});
