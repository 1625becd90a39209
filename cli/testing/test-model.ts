/** Tests of models in code, for mocha, Jest, node:test or any runner of tests. */
import { GivenRows } from "../../local/athena/given-rows";
import { findProject } from "../lake/project";
import { evaluateModels } from "../lake/lake-models";
import { describeOutcome } from "./formats";
import { placedTest, type ModelTest } from "./model-test";
import type { LakeModels } from "../lake/lake-models";
import { runTest } from "./run-test";

/** Where the program of a test is. */
export interface TestModelOptions {
  /** A folder in the project. @default the working directory */
  readonly project?: string;
  /** Stack whose configuration the program is evaluated with. @default "dev" */
  readonly stack?: string;
}

/** A test that did not pass; the message has the table of differences, or each mistake of the test with its place. */
export class ModelTestError extends Error {
  override readonly name = "ModelTestError";
}

let engine: Promise<GivenRows> | undefined;
const programs = new Map<string, Promise<readonly LakeModels[]>>();

/**
 * Runs a model over given rows, on the local Athena in this process, and compares what it makes with what is expected. The first call
 * evaluates the program (seconds); all others take milliseconds. Columns have the types that the program declares.
 *
 * @throws ModelTestError if the model makes other rows, fails, or the test is wrong: a table or column that does not exist, a value
 * that its type does not hold, a table that the model reads and no rows are given of
 * @throws ProgramError if the program has mistakes
 * @example
 * it("sums a day", () =>
 *   testModel({
 *     model: "usghgemission/utility_emissions_daily.sql",
 *     execDate: "2024-11-08",
 *     given: {
 *       utility_data_oh: [{ operating_datetime_utc: "1996-01-01 05:00", co2_mass_tons: 1.5 }],
 *       utility_data_in: [],
 *     },
 *     expect: [{ record_date: "1996-01-01", co2_ton_oh: 1.5, co2_ton_total: 1.5 }],
 *   }));
 */
export async function testModel(test: ModelTest, { project, stack }: TestModelOptions = {}): Promise<void> {
  const found = findProject({ stack }, project);
  const key = JSON.stringify([found.folder, found.stack]);
  const models = programs.get(key) ?? evaluateModels(found);
  programs.set(key, models);
  engine ??= GivenRows.open();
  const placed = placedTest(test);
  const outcome = await runTest(placed, await models, await engine);
  if (outcome.kind !== "passed") throw new ModelTestError(describeOutcome(placed, outcome).trimEnd());
}
