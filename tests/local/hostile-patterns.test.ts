/**
 * Patterns that strangers may send: each would keep a matcher that goes back busy for longer than anything lasts, and all
 * services of this process with it. That these tests end is what they test; none looks at a clock.
 */
import { expect } from "chai";
import { compilePattern } from "../../local/events/patterns";
import { partitionFilter } from "../../local/glue/expression";
import { compileFilterPattern } from "../../local/logs/filter-pattern";
import { matchesWildcard } from "../../local/wildcard";

const LENGTH = 100_000;
const text = "a".repeat(LENGTH);
const stars = `${"a*".repeat(LENGTH / 2)}b`;

describe("Patterns of strangers", () => {
  it("end as wildcards: of events, of StringMatches, of log events, of Glue's tables", () => {
    expect(matchesWildcard(stars.split("*"), text)).to.equal(false);
    expect(matchesWildcard(stars.split("*"), `${text}b`)).to.equal(true);
  });

  it("end as patterns of events: what is too complex is refused, and what is not is matched", () => {
    const pattern = (wildcard: string): string => JSON.stringify({ detail: { key: [{ wildcard }] } });
    expect(() => compilePattern(pattern(stars))).to.throw("Rule is too complex");
    expect(compilePattern(pattern("a*a*a*b"))({ detail: { key: text } })).to.equal(false);
  });

  it("end as regular expressions of log events", () => {
    const matches = compileFilterPattern(`%${"a*".repeat(400)}b%`);
    expect(matches(text)).to.equal(false);
    expect(matches(`${text}b`)).to.equal(true);
    const inJson = compileFilterPattern(`{ $.a = %${"a*".repeat(400)}b% }`);
    expect(inJson(JSON.stringify({ a: text }))).to.equal(false);
    const wildcard = compileFilterPattern(`{ $.a = "${"a*".repeat(400)}b" }`);
    expect(wildcard(JSON.stringify({ a: text }))).to.equal(false);
  });

  it("end as LIKE of Glue's filters", () => {
    const filter = partitionFilter(`part like '${"a%".repeat(400)}b'`, [{ Name: "part", Type: "string" }]);
    expect(filter([text])).to.equal(false);
    expect(filter([`${text}b`])).to.equal(true);
  });
});
