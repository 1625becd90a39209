import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { apiReport, declarations, exportsOf, reportPath } from "./api-report";

describe("docs/api.md", () => {
  it("is what the package exports", async () => {
    const current = await apiReport();
    expect(readFileSync(reportPath, "utf8"), "npm run api:update writes it anew; look at what changed").to.equal(
      current,
    );
  });

  it("has every export once", () => {
    const known = {
      infra: ["DataLake", "AuditedTable", "DataPipeline", "DataPipelineArgs", "ProgramError"],
      local: ["Runtime", "RuntimeOptions", "evaluateProgram", "FaultPlan"],
    };
    for (const [room, some] of Object.entries(known)) {
      const names = exportsOf(join(__dirname, `../../${room}/index.ts`)).map(({ name }) => name);
      expect(names).to.include.members(some);
      expect(new Set(names).size).to.equal(names.length);
    }
  });

  const cases: { name: string; source: string; declared: string }[] = [
    {
      name: "a class without bodies and private members",
      source: "export class C { a = 1; private b = 2; constructor(readonly c: string) {} d(): void {} private e() {} }",
      declared: "export declare class C { readonly c: string; a: number; constructor(c: string); d(): void; }",
    },
    {
      name: "an interface without comments",
      source: "/** Of a. */ export interface I { /** b */ readonly b?: string }",
      declared: "export interface I { readonly b?: string; }",
    },
    { name: "a type", source: 'export type T = "a" | "b";', declared: 'export type T = "a" | "b";' },
  ];
  for (const { name, source, declared } of cases) {
    it(`declares ${name}`, () => {
      expect([...declarations(source, "x.ts").values()][0].replace(/\s+/g, " ")).to.equal(declared);
    });
  }

  it("refuses what is left to inference", () => {
    expect(() => declarations("export class C { get a() { return f(); } }", "/x.ts")).to.throw(
      /:1: .*isolatedDeclarations/,
    );
  });
});
