/** The `tributary` command: its subcommands and options, and how it ends. */
import { Command, CommanderError, Option } from "commander";
import { createRequire } from "node:module";
import { z } from "zod";
import { CHECK_FORMATS, type CheckFormat } from "./check/formats";
import { terminalText } from "./presentation/terminal-text";
import { CommandError, usageError } from "./command-error";
import type * as Check from "./commands/check";
import type * as Diff from "./commands/diff";
import type * as Explain from "./commands/explain";
import type * as Init from "./commands/init";
import type * as LocalDeploy from "./commands/local-deploy";
import type * as LocalDown from "./commands/local-down";
import type * as LocalReset from "./commands/local-reset";
import type * as LocalRun from "./commands/local-run";
import type * as LocalUp from "./commands/local-up";
import type * as Query from "./commands/query";
import type * as Sample from "./commands/sample";
import type * as Start from "./commands/start";
import { DIFF_FORMATS, parseSampleRows } from "./diff/arguments";
import {
  collect,
  EXPLANATION_FORMATS,
  parseCount,
  parseDate,
  parseKey,
  parsePort,
  type ExplainOptions,
} from "./explain/arguments";
import { parseControl, parseDelivery, type Control, type Delivery } from "./landing/arguments";
import { findProject, type ProjectOptions } from "./lake/project";
import { addModelCommands } from "./commands/model-commands";
import { addRunCommands } from "./commands/run-commands";
import { beginSession, type Session } from "./session";
import { FORMATS, type Format } from "./presentation/table";

/** Loads a command's module when it is called for: most of them bring DuckDB, SDK clients or Pulumi along. */
const load = createRequire(__filename);

/** Runs the command line and sets the exit code: 0 only for success, 1 for a failure, 2 for a command written wrongly. */
export async function main(argv: readonly string[]): Promise<void> {
  const program = commandLine();
  try {
    await program.parseAsync(argv);
  } catch (error) {
    process.exitCode = report(error, Boolean(program.opts<{ verbose?: boolean }>().verbose));
  }
}

/** Shows an error as a sentence and says with which code to exit. Commander has shown its own already. */
function report(error: unknown, verbose: boolean): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  const text = error instanceof Error ? sentence(error) : String(error);
  process.stderr.write(`${terminalText(verbose && error instanceof Error ? withCauses(error) : text)}\n`);
  if (!(error instanceof CommandError) && !verbose) process.stderr.write("(--verbose shows where this happened.)\n");
  return error instanceof CommandError ? error.exitCode : 1;
}

/** An AWS error's name says as much as its message. */
function sentence(error: Error): string {
  return "$fault" in error || !error.message ? [error.name, error.message].filter(Boolean).join(": ") : error.message;
}

function withCauses(error: Error): string {
  const text = error.stack ?? error.message;
  return error.cause instanceof Error ? `${text}\nCaused by: ${withCauses(error.cause)}` : text;
}

function commandLine(): Command {
  const program = new Command("tributary")
    .description("Audited SQL data pipelines: the project around the working directory, on this machine or on AWS.")
    .version(version(), "--version", "show the version")
    .option("--stack <name>", "stack whose configuration and local state are meant (default: dev)")
    .option("--stage <name>", "stack whose lake on AWS is meant, instead of one on this machine")
    .option("--state <folder>", "folder of the local state (default: .tributary/<stack> in the project)")
    .option("--verbose", "show where an error happened")
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError("(tributary --help shows what there is.)")
    .exitOverride();

  /** Gives an action its session, and stops the progress lines whatever happens. */
  const within = async (work: (session: Session) => Promise<void>): Promise<void> => {
    const session = beginSession(findProject(program.opts<ProjectOptions>()));
    try {
      await work(session);
    } finally {
      session.progress.close();
    }
  };
  /** Marks a command that has nothing to do with AWS. */
  const onThisMachine = (command: Command): Command =>
    command.hook("preAction", () => {
      if (program.opts<ProjectOptions>().stage === undefined) return;
      throw usageError(`--stage is for a lake on AWS, and \`${command.name()}\` works on this machine: use --stack.`);
    });
  const format = (): Option => new Option("--format <format>", "how to print rows").choices(FORMATS).default("table");

  onThisMachine(program.command("start"))
    .description("play the acceptance test: two dates, one wrong number, and the audit that finds it")
    .action(() => within((session) => (load("./commands/start") as typeof Start).start(session)));

  onThisMachine(program.command("init"))
    .description("write a whole small project into the working directory, to be changed into your own")
    .action(() => (load("./commands/init") as typeof Init).init(process.cwd()));

  program
    .command("check")
    .description("tell what is wrong with the program, and what a change of it would touch")
    .addOption(new Option("--format <format>", "how to print findings").choices(CHECK_FORMATS).default("text"))
    .option("--against <version>", "branch, tag or commit to compare with")
    .action((options: { format: CheckFormat; against?: string }) =>
      within((session) => (load("./commands/check") as typeof Check).check(session, options)),
    );

  onThisMachine(program.command("diff"))
    .description("tell what a change of the program does to its tables, on sample data")
    .argument("<base>", "branch, tag or commit")
    .argument("<head>", "the same, or . for the files as they are")
    .addOption(new Option("--format <format>", "how to print it").choices(DIFF_FORMATS).default("table"))
    .option("--land <file@date...>", "run both on these files; repeatable", collect(parseDelivery), [])
    .option("--rows <count>", "rows of the sample for each state", parseSampleRows, 50_000)
    .option("--keep", "keep the worktrees and both lakes to look into", false)
    .action((base: string, head: string, options: Diff.DiffOptions) =>
      within((session) => (load("./commands/diff") as typeof Diff).diff(session, base, head, options)),
    );

  program
    .command("query")
    .description("ask the lake in Athena SQL")
    .argument("<sql>", "one statement")
    .option("--write", "run a statement that changes something, too", false)
    .addOption(format())
    .action((sql: string, options: Query.QueryOptions) =>
      within((session) => (load("./commands/query") as typeof Query).query(session, sql, options)),
    );

  program
    .command("explain")
    .description("tell why numbers of a table moved, down to the row and the file")
    .requiredOption("--table <name>", "audited table")
    .requiredOption("--date <date>", "execution date, YYYY-MM-DD", parseDate)
    .option("--attribute <name>", "one attribute (default: all that changed)")
    .option("--key <column=value...>", "only rows with this value; repeatable", collect(parseKey), [])
    .option("--depth <tables>", "tables to go down, from the result to the sources", parseCount, 5)
    .option("--top <rows>", "source rows listed for each change", parseCount, 5)
    .option("--changes <count>", "changes explained, the largest first", parseCount, 20)
    .addOption(new Option("--format <format>", "how to print it").choices(EXPLANATION_FORMATS).default("tree"))
    .action((options: ExplainOptions) =>
      within((session) => (load("./commands/explain") as typeof Explain).explain(session, options)),
    );

  addModelCommands(program, within);
  addRunCommands(program, within);

  const local = onThisMachine(program.command("local")).description("the runtime that plays AWS on this machine");
  local
    .command("up")
    .description("deploy, print the environment for other clients, and serve until stopped")
    .option("--port <port>", "port on the loopback interface (default: one that is free)", parsePort)
    .option("--pulumi", "deploy nothing: print what lets the real `pulumi` deploy to this machine")
    .action((options: { port?: number; pulumi?: boolean }) =>
      within((session) => (load("./commands/local-up") as typeof LocalUp).localUp(session, options)),
    );
  local
    .command("run")
    .description("land files with their control files, wait until the lake is idle, show the runs")
    .option(
      "--land <file@date...>",
      "file, or folder of parts, to land for an execution date; repeatable",
      collect(parseDelivery),
      [],
    )
    .option(
      "--control <name.done@date...>",
      "write these control files instead of those the files call for",
      collect(parseControl),
    )
    .option("--source <folder>", "folder below incoming/ (default: that of the pipeline which registers the file)")
    .addOption(format())
    .action((options: { land: Delivery[]; control?: Control[]; source?: string; format: Format }) => {
      if (options.land.length === 0 && !options.control)
        throw usageError("Nothing to land: give --land <file>@<date>.");
      const request = {
        deliveries: options.land,
        controls: options.control,
        source: options.source,
        format: options.format,
      };
      return within((session) => (load("./commands/local-run") as typeof LocalRun).localRun(session, request));
    });
  local
    .command("deploy")
    .description("bring the lake on this machine to what the program says")
    .action(() => within((session) => (load("./commands/local-deploy") as typeof LocalDeploy).localDeploy(session)));
  local
    .command("down")
    .description("stop the process that serves")
    .action(() => within((session) => (load("./commands/local-down") as typeof LocalDown).localDown(session)));
  local
    .command("reset")
    .description("remove the local state: data, catalog and history")
    .option("--yes", "do not ask", false)
    .action((options: { yes: boolean }) =>
      within((session) => (load("./commands/local-reset") as typeof LocalReset).localReset(session, options)),
    );

  const sample = onThisMachine(program.command("sample")).description("the emissions files that start lands");
  sample
    .command("download")
    .description("fetch the real files of 1996 and check their MD5")
    .option("--from <url>", "folder to read them from (default: the public PUDL bucket)")
    .action((options: { from?: string }) =>
      within((session) => (load("./commands/sample") as typeof Sample).sampleDownload(session, options.from)),
    );
  sample
    .command("generate")
    .description("make files of the same shape where the real ones cannot be had")
    .action(() => within((session) => (load("./commands/sample") as typeof Sample).sampleGenerate(session)));
  return program;
}

/** The version of this package: the repository's, or the installed one's. */
function version(): string {
  return z.object({ version: z.string() }).parse(load("tributary/package.json")).version;
}
