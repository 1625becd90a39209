/** The subcommands that look at models, and their options. */
import { Option, type Command } from "commander";
import { createRequire } from "node:module";
import type * as Test from "./test";
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
    .addOption(new Option("--format <format>", "how to print outcomes").choices(TEST_FORMATS).default("text"))
    .action((models: string[], options: Omit<Test.TestRequest, "models">) =>
      within((session) => (load("./test") as typeof Test).test(session, { ...options, models })),
    );
}
