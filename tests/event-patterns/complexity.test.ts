import { expect } from "chai";
import { patternComplexity, wildcardComplexity } from "../../event-patterns/complexity";

/**
 * Wildcards and their complexity, as AWS's matcher has them: https://github.com/aws/event-ruler,
 * `MachineComplexityEvaluatorTest`.
 */
const cases: readonly (readonly [complexity: number, ...wildcards: string[]])[] = [
  [1, "*"],
  [3, "*", "ab*c"],
  [1, "abc"],
  [2, "*ab"],
  [3, "*aa"],
  [2, "a*b"],
  [2, "aa*"],
  [2, "a*bc"],
  [3, "a*bb"],
  [3, "a*bcb"],
  [4, "a*bbb"],
  [4, "*ab*ad"],
  [3, "*ab*d"],
  [4, "*aba*"],
  [5, "a*b*bb"],
  [4, "a*b*cb"],
  [3, "a*b*cd"],
  [4, "a*b*b"],
  [4, "a*bb*"],
  [3, "ab*b*"],
  [3, "ab*c", "x*xx"],
  [4, "*abc", "*abcde"],
  [4, "a*bcd", "ab*cd"],
  [4, "a*bc", "a*bcde"],
  [7, "a*aaa", "aa*aa"],
  [4, "a*bc", "abc*d"],
  [6, "a*aaa", "aaa*a"],
  [5, "a*aax", "aaa*x"],
  [4, "a*bc", "abc*"],
  [5, "a*aa", "aaa*"],
  [3, "abc*", "abcde*"],
  [6, "ab*cd", "ab*wx", "ab*yz"],
  [7, "*ab*b*b*"],
  [17, "*a*a*a*a*a*a*a*a*"],
  [2, "ab*c", "ab*c"],
  [10, "F*eatureFeature", "Fe*atureFeature", "Fea*tureFeature"],
];

describe("the complexity of event patterns", () => {
  for (const [complexity, ...wildcards] of cases) {
    it(`${wildcards.join(" and ")} is ${complexity}`, () => {
      const patterns = wildcards.map((text) => [text]);
      expect(wildcardComplexity(patterns, 100)).to.equal(complexity);
      expect(wildcardComplexity([...patterns].reverse(), 100)).to.equal(complexity);
    });
  }

  it("counts the texts of one anything-but as one pattern", () => {
    expect(wildcardComplexity([["a*aaa", "aa*aa"]], 100)).to.equal(6);
  });

  it("ends at what is enough, however long a wildcard is", () => {
    expect(wildcardComplexity([["F*e*a*t*u*r*e*".repeat(100)]], 100)).to.equal(100);
  });

  it("is that of the field that has most; what is no wildcard counts nothing", () => {
    const pattern = {
      abc: [{ prefix: "a" }, "abcdef", { suffix: "z" }],
      def: [{ prefix: "b" }, { wildcard: "a*a*a*a*a*a*" }, { suffix: "c" }],
      ghi: [{ prefix: "a" }, "abcdef", { "anything-but": { wildcard: "a*b*b" } }],
    };
    expect(patternComplexity(pattern, 100)).to.equal(11);
    expect(patternComplexity({ abc: pattern.abc }, 100)).to.equal(0);
    expect(patternComplexity({ ghi: pattern.ghi }, 100)).to.equal(4);
  });

  it("takes the alternatives of $or together", () => {
    const key = (text: string) => ({ detail: { key: [{ wildcard: text }] } });
    expect(patternComplexity({ $or: [key("ab*cd"), key("ab*wx")] }, 100)).to.equal(4);
  });

  // What people met: https://github.com/vals-ai/Valkyrie/pull/278, three stacks pass, a fourth is refused.
  it("tells three entries that EventBridge takes from four that it refuses", () => {
    const stacks = ["Shared", "Backend", "Frontend", "Monitoring"].map((name) => ({
      wildcard: `*:stack/${name}Stack/*`,
    }));
    expect(patternComplexity({ id: stacks.slice(0, 3) }, 100)).to.be.at.most(10);
    expect(patternComplexity({ id: stacks }, 100)).to.be.above(10);
  });
});
