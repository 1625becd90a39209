/** The tests of the emissions lake's models, beside them in sql, and what `tributary test` makes of them. */
import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { testModels, type TestRequest } from "../../cli/commands/test";
import { CommandError } from "../../cli/command-error";
import { describeOutcome } from "../../cli/testing/formats";
import { findTests } from "../../cli/testing/find-tests";
import { lakeModels, type LakeModels } from "../../cli/lake/lake-models";
import { runTest } from "../../cli/testing/run-test";
import { testModel, ModelTestError, type ModelTest } from "../../cli/testing";
import { GivenRows } from "../../local/athena/given-rows";
import { codeBlocks, house, page } from "../docs/markdown";
import { evaluated } from "../evaluated";

describe("models of the emissions lake", () => {
  const files = findTests(house, "sql");
  let lakes: LakeModels[];
  let engine: GivenRows;
  before(async () => {
    lakes = lakeModels(await evaluated("dev", { preview: true }), house);
    engine = await GivenRows.open();
  });
  after(() => engine.close());

  it("have tests, each of them", () => {
    const tested = files.flatMap(({ tests }) => tests.map(({ model }) => model));
    const models = lakes.flatMap(({ summary }) => summary.models.map(({ model }) => model));
    expect([...new Set(tested)].sort()).to.deep.equal([...new Set(models)].sort());
    expect(files.flatMap(({ faults }) => faults)).to.deep.equal([]);
  });

  for (const test of files.flatMap(({ tests }) => tests)) {
    it(`${test.model}: ${test.name}`, async () => {
      expect(describeOutcome(test, await runTest(test, lakes, engine))).to.equal("");
    });
  }

  describe("tributary test", () => {
    let project: string;
    beforeEach(() => (project = mkdtempSync(join(tmpdir(), "tributary-tests-"))));
    afterEach(() => rmSync(project, { recursive: true, force: true }));

    const file = "sql/usghgemission/utility_emissions_daily.test.yaml";
    const put = (text: string): void => {
      mkdirSync(join(project, "sql/usghgemission"), { recursive: true });
      writeFileSync(join(project, file), text);
    };
    /** Runs the command in the project; what it printed, times left out, and its error. */
    async function run(request: Partial<TestRequest> = {}): Promise<{ printed: string; error?: string }> {
      let printed = "";
      const look = { unicode: false, colour: false };
      const session = {
        project: { folder: project, stack: "dev", state: project },
        look,
        print: (text: string) => void (printed += text),
      };
      const all = { models: [], format: "text", update: false, rows: 100, where: [], ...request } as const;
      const error = await testModels(lakes, session, all).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      if (error !== undefined) expect(error).to.be.instanceOf(CommandError);
      return {
        printed: printed.replace(/ {2}\d+ ms/g, ""),
        ...(error !== undefined && { error: (error as Error).message }),
      };
    }

    it("passes, chooses files by parts of their paths, and says which there are", async () => {
      put(readFileSync(join(house, file), "utf8"));
      expect((await run()).printed).to.match(
        /^passed {2}usghgemission\/utility_emissions_daily.sql {2}a day is.*\n(passed.*\n)+3 passed, 0 failed\n$/,
      );
      expect((await run({ models: ["emissions_daily.sql"] })).error).to.equal(undefined);
      expect((await run({ models: ["x"] })).error).to.equal(`No test file has x in its path; there are ${file}.`);
    });

    it("says where tests belong if there are none", async () => {
      expect((await run()).error).to.match(/^There is no test of a model: write sql\/<model>.test.yaml/);
    });

    it("shows what docs/model-tests.md shows", async () => {
      const [example] = codeBlocks(page("docs/model-tests.md"), "yaml");
      expect(readFileSync(join(house, file), "utf8")).to.contain(example);
      put(example.replace("co2_ton_total: 103.75", "co2_ton_total: 103.5").replace(/^ *- .*1996-01-02.*\n/m, ""));
      const { printed, error } = await run();
      expect(codeBlocks(page("docs/model-tests.md"), "")).to.deep.include(printed);
      expect(error).to.equal("1 test did not pass.");
    });

    it("prints JSON, of faults too", async () => {
      put(
        `"a": 1\n"b":\n  exec_date: 2024-11-08\n  given: { utility_data_oh: [], utility_data_in: [{ year: x }] }\n  expect: []\n`,
      );
      const { printed, error } = await run({ format: "json" });
      expect(error).to.equal("2 tests did not pass.");
      const { faults, tests } = JSON.parse(printed) as {
        faults: object[];
        tests: { outcome: string; faults: object[] }[];
      };
      expect(faults).to.deep.equal([{ place: `${file}:1:6`, message: "the test 'a' has exec_date, given and expect" }]);
      expect(tests.map(({ outcome }) => outcome)).to.deep.equal(["faulty"]);
      expect(tests[0].faults).to.deep.equal([{ place: `${file}:4:59`, message: "year: 'x' is no integer" }]);
    });

    it("writes expected rows into their CSV file, and passes with them", async () => {
      const [example] = codeBlocks(page("docs/model-tests.md"), "yaml");
      put(example.replace(/ {2}expect:[\s\S]*/, "  expect: { csv: daily/expected.csv }\n"));
      expect((await run()).error).to.equal("1 test did not pass.");
      expect((await run({ update: true })).printed).to.match(/^updated /);
      expect(
        readFileSync(join(project, "sql/usghgemission/daily/expected.csv"), "utf8").split("\n").sort(),
      ).to.deep.equal([
        "",
        "1996-01-01,3.75,100.0,103.75",
        "1996-01-02,10.0,,10.0",
        "record_date,co2_ton_oh,co2_ton_in,co2_ton_total",
      ]);
      expect((await run()).printed).to.match(/^passed /);
    });
  });
});

describe("testModel", () => {
  const project = join(house, "tests/infra/checks/programs/right");
  after(() => rmSync(join(project, ".tributary"), { recursive: true, force: true }));

  const test = (over: Partial<ModelTest> = {}): ModelTest => ({
    model: "daily/per_state.sql",
    execDate: "2024-11-08",
    given: {
      readings: [
        { state: "OH", tons: 1.5 },
        { state: "OH", tons: 2 },
        { state: "IN", tons: 1, exec_date: "2024-11-07" },
      ],
    },
    expect: [{ state: "OH", tons: 3.5 }],
    ...over,
  });

  it("passes, and throws what differs, or what is wrong with the test", async () => {
    await testModel(test(), { project });
    const thrown = async (over: Partial<ModelTest>): Promise<string> => {
      const error = await testModel(test(over), { project }).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      expect(error).to.be.instanceOf(ModelTestError);
      return (error as Error).message;
    };
    expect(await thrown({ expect: [{ state: "OH", tons: 3 }] })).to.match(/\n1 +tons +3\.0 +3\.5$/);
    expect(await thrown({ given: { readings: [{ state: 1, ton: 2n }] } })).to.equal(
      "given.readings[0].ton: readings has no column 'ton'; did you mean 'tons'?",
    );
  });
});
