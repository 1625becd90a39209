/** The subcommands that look at models, and their options. */
import { Option, type Command } from "commander";
import { createRequire } from "node:module";
import type * as Compile from "./compile";
import type * as LineageCommand from "./lineage";
import type * as Test from "./test";
import { collect, parseCount, parseDate, parseWhere } from "../explain/arguments";
import { LINEAGE_FORMATS, type LineageFormat } from "../lineage/formats";
import type { Session } from "../session";
import { TEST_FORMATS } from "../testing/formats";

/** Loads a command's module when it is called for. */
const load = createRequire(__filename);

/** Adds the subcommands. `within` gives an action its session. */
export function addModelCommands(
  program: Command,
  within: (work: (session: Session) => Promise<void>) => Promise<void>,
): void {
  program
    .command("test")
    .description("run the tests of models: <model>.test.yaml beside <model>.sql")
    .argument("[models...]", "parts of their paths (default: all)")
    .option("--update", "write CSV files of expected rows anew", false)
    .option("--record <date>", "write a test of one model from what the lake has of a date", parseDate)
    .option("--rows <count>", "rows recorded of each table", parseCount, 100)
    .option("--where <table=condition>", "record only these rows, in Athena SQL; repeatable", collect(parseWhere), [])
    .addOption(new Option("--format <format>", "how to print outcomes").choices(TEST_FORMATS).default("text"))
    .action((models: string[], options: Omit<Test.TestRequest, "models">) =>
      within((session) => (load("./test") as typeof Test).test(session, { ...options, models })),
    );

  program
    .command("compile")
    .description("print the SQL of a model for a date")
    .argument("<model>", "its path below the folder of models")
    .requiredOption("--date <date>", "execution date, YYYY-MM-DD", parseDate)
    .option("--pipeline <name>", "whose step is meant, where several have the model")
    .option("--executed", "the statement that a run has Athena execute, over what the run itself wrote", false)
    .action((model: string, options: Omit<Compile.CompileRequest, "model">) =>
      within((session) => (load("./compile") as typeof Compile).compile(session, { ...options, model })),
    );

  program
    .command("lineage")
    .description("print which tables and columns come from which")
    .argument("[name]", "a table, or a column as table.column (default: all tables)")
    .addOption(new Option("--format <format>", "how to print it").choices(LINEAGE_FORMATS).default("text"))
    .action((name: string | undefined, { format }: { format: LineageFormat }) =>
      within((session) => (load("./lineage") as typeof LineageCommand).lineage(session, { name, format })),
    );
}
