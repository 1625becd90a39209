/**
 * The audit's text of numbers does not depend on how an engine casts REAL and DOUBLE, of which Athena's documents say nothing:
 * asked of the local Athena in both of the forms that Trino has had (and, when these were written, of Trino 435 itself).
 */
import { expect } from "chai";
import { canonicalText } from "../../audit/canonical-text";
import { columnType } from "../../audit/column-type";
import { LocalAthena } from "../witnesses/trino/local-athena";

const REALS: readonly (readonly [string, string])[] = [
  ["0", "0"],
  ["-0.0", "0"],
  ["366", "366"],
  ["366.1", "366.1"],
  ["0.1", "0.1"],
  ["-1.5E-7", "-0.00000015"],
  ["1E-3", "0.001"],
  ["12368097", "12368097"],
  ["16777216", "16777216"],
  ["1E7", "10000000"],
  ["1E20", "100000000000000000000"],
];
const DOUBLES: readonly (readonly [string, string])[] = [
  ...REALS,
  ["12368097.333984375", "12368097.333984375"],
  ["9007199254740991", "9007199254740991"],
  ["1.2345678901234567E-6", "0.0000012345678901234567"],
  ["1E25", "10000000000000000000000000"],
  ["1E40", "1.0E40"],
  ["-1.5E-25", "-1.5E-25"],
  ["NaN", "NaN"],
  ["-Infinity", "-Infinity"],
];
const of = (type: "float" | "double", values: readonly (readonly [string, string])[]): string[] =>
  values.map(([value]) => {
    const read = columnType(type)!;
    return canonicalText(`CAST('${value}' AS ${read.kind})`, read);
  });
const QUERY = `SELECT ${[...of("float", REALS), ...of("double", DOUBLES)].join(", ")}`;

describe("canonical text", () => {
  for (const form of ["java", "scientific"] as const) {
    it(`is the same where casts write numbers in the ${form} form`, async () => {
      const athena = await LocalAthena.open(form);
      try {
        const cast = await athena.ask("SELECT CAST(366e0 AS varchar)");
        expect(cast).to.have.deep.property("rows", [[form === "java" ? "366.0" : "3.66E2"]]);
        const answer = await athena.ask(QUERY);
        expect(answer).to.have.deep.property("rows", [[...REALS, ...DOUBLES].map(([, text]) => text)]);
      } finally {
        athena.close();
      }
    });
  }
});
