/** `tributary test`: what models make of given rows, compared with what is expected. No lake is needed, and none is touched. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { GivenRows } from "../../local/athena/given-rows";
import { writeCsv } from "../../rows/csv";
import { CommandError, usageError } from "../command-error";
import { withLake } from "../lake/open-lake";
import { runQuery } from "../lake/query";
import type { Session } from "../session";
import { describeOutcome, outcomesAsJson, type Ran, type TestFormat } from "../testing/formats";
import { evaluateModels } from "../lake/lake-models";
import { findTests, type FoundFile } from "../testing/find-tests";
import type { PlacedTest } from "../testing/model-test";
import type { LakeModels } from "../lake/lake-models";
import { recordTest } from "../testing/record";
import { runTest } from "../testing/run-test";

/** What to test. */
export interface TestRequest {
  /** Parts of paths of test files. @default all of them */
  readonly models: readonly string[];
  readonly format: TestFormat;
  /** Whether CSV files of expected rows are written anew where the model makes others. */
  readonly update: boolean;
  /** Execution date to record a test of the one model from. @default none: tests are run */
  readonly record?: string;
  /** Most rows that are recorded of each table. */
  readonly rows: number;
  /** Conditions on what is recorded, by table. */
  readonly where: readonly (readonly [string, string])[];
}

/** Runs the tests of the project's models. Throws CommandError, after all outcomes, if one did not pass, or if there is none. */
export async function test(session: Session, request: TestRequest): Promise<void> {
  const { project, progress } = session;
  const lakes = await progress.during("Evaluate the program", () => evaluateModels(project));
  if (request.record === undefined) return testModels(lakes, session, request);
  const [model, ...others] = request.models;
  if (model === undefined || others.length > 0)
    throw usageError("--record takes one model: its path below the folder of models.");
  const { record: date, rows } = request;
  const recording = { model, date, rows, where: Object.fromEntries(request.where) };
  const written = await withLake(session, (lake) =>
    recordTest(recording, lakes, project.folder, (sql) => runQuery(lake.athena, lake.outputs.workgroup, sql)),
  );
  session.print(written.map((path) => `wrote ${path}\n`).join(""));
}

/** The same with a program that was evaluated. */
export async function testModels(
  lakes: readonly LakeModels[],
  session: Pick<Session, "project" | "print" | "look">,
  request: TestRequest,
): Promise<void> {
  const { project, print, look } = session;
  const files = chosen(lakes, project.folder, request.models);
  const engine = await GivenRows.open();
  const ran: Ran[] = [];
  try {
    for (const file of files)
      for (const each of file.tests) ran.push(await runOne(each, lakes, engine, session, request));
  } finally {
    engine.close();
  }
  const faults = files.flatMap((file) => file.faults);
  const failed = ran.filter(({ outcome, updated }) => outcome.kind !== "passed" && !updated).length + faults.length;
  if (request.format === "json") print(outcomesAsJson(ran, faults));
  else {
    for (const { place, message } of faults) print(`faulty  ${place}: ${message}\n`);
    for (const { test: each, outcome, milliseconds, updated } of ran) {
      print(
        `${updated ? "updated" : outcome.kind === "passed" ? "passed" : "failed"}  ${each.model}  ${each.name}  ${Math.round(milliseconds)} ms\n`,
      );
      if (!updated) print(describeOutcome(each, outcome, look));
    }
    const passed = ran.length + faults.length - failed;
    print(`${passed} passed, ${failed} failed\n`);
  }
  if (failed > 0) throw new CommandError(`${failed} test${failed === 1 ? "" : "s"} did not pass.`);
}

function chosen(lakes: readonly LakeModels[], folder: string, models: readonly string[]): FoundFile[] {
  const all = [...new Set(lakes.map(({ summary }) => summary.folder))].flatMap((each) => findTests(folder, each));
  const files = all.filter(
    ({ path }) => models.length === 0 || models.some((part) => path.includes(part.replace(/\.sql$/, ""))),
  );
  if (files.length > 0) return files;
  const where = lakes.map(({ summary }) => `${summary.folder}/<model>.test.yaml`).join(", ");
  throw new CommandError(
    all.length === 0
      ? `There is no test of a model: write ${where} (docs/model-tests.md), or record one with --record.`
      : `No test file has ${models.join(" or ")} in its path; there are ${all.map(({ path }) => path).join(", ")}.`,
  );
}

async function runOne(
  each: PlacedTest,
  lakes: readonly LakeModels[],
  engine: GivenRows,
  { project }: Pick<Session, "project">,
  { update }: TestRequest,
): Promise<Ran> {
  const begun = performance.now();
  const outcome = await runTest(each, lakes, engine);
  const milliseconds = performance.now() - begun;
  const { file } = each.expect;
  const updated = update && outcome.kind === "different" && file !== undefined;
  if (updated) {
    const path = join(project.folder, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, writeCsv(outcome.made.columns, outcome.made.rows));
  }
  return { test: each, outcome, milliseconds, updated };
}
