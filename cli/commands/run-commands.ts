/** The subcommands that look after runs, and their options. */
import { Argument, Option, type Command } from "commander";
import { createRequire } from "node:module";
import { usageError } from "../command-error";
import type * as Backfill from "./backfill";
import type * as Logs from "./logs";
import type * as Report from "./report";
import type * as Rerun from "./rerun";
import type * as Rollback from "./rollback";
import type * as Status from "./status";
import type * as Ui from "./ui";
import { parseCount, parseDate, parsePort } from "../explain/arguments";
import type { Session } from "../session";
import { FORMATS, type Format } from "../presentation/table";

/** Loads a command's module when it is called for. */
const load = createRequire(__filename);

/** How a command line says what is rolled back. */
interface RolledBackOptions {
  readonly pipeline?: string;
  readonly table?: string;
}

/** Adds the subcommands. `within` gives an action its session. */
export function addRunCommands(
  program: Command,
  within: (work: (session: Session) => Promise<void>) => Promise<void>,
): void {
  const format = (): Option => new Option("--format <format>", "how to print rows").choices(FORMATS).default("table");

  program
    .command("status")
    .description("show dates × pipelines, what runs and what waits for what")
    .option("--from <date>", "first date (default: the newest 14 dates)", parseDate)
    .option("--to <date>", "last date", parseDate)
    .option("--pipeline <name>", "only this pipeline")
    .addOption(format())
    .action((options: Status.StatusRequest) =>
      within((session) => (load("./status") as typeof Status).status(session, options)),
    );

  program
    .command("report")
    .description("draw the lake as one HTML file: runs, what moved and why, lineage, checks")
    .option("--out <file>", "where to write it", "lake.html")
    .option("--dates <count>", "newest dates to show", parseCount, 90)
    .action((options: Report.ReportRequest) =>
      within((session) => (load("./report") as typeof Report).report(session, options)),
    );

  program
    .command("ui")
    .description("show the same page live on the loopback, with reruns, backfills and rollbacks")
    .option("--port <port>", "port on the loopback interface (default: one that is free)", parsePort)
    .option("--dates <count>", "newest dates to show", parseCount, 90)
    .action((options: Ui.UiRequest) => within((session) => (load("./ui") as typeof Ui).ui(session, options)));

  program
    .command("rerun")
    .description("run a date of a pipeline again with the files that are there")
    .requiredOption("--pipeline <name>", "pipeline")
    .requiredOption("--date <date>", "execution date, YYYY-MM-DD", parseDate)
    .option("--downstream", "wait for the pipelines after it, too, which follow by themselves", false)
    .addOption(format())
    .action((options: Rerun.RerunRequest) =>
      within((session) => (load("./rerun") as typeof Rerun).rerun(session, options)),
    );

  program
    .command("backfill")
    .description("run the dates of a range again; the same command goes on where an interrupted one ended")
    .option("--from <date>", "first date, YYYY-MM-DD", parseDate)
    .option("--to <date>", "last date", parseDate)
    .option("--pipeline <name>", "only this pipeline (default: all, in their order)")
    .option("--downstream", "the pipelines after it are part of the backfill", false)
    .option("--parallel <dates>", "dates at a time", parseCount, 4)
    .option("--dry-run", "show what would run", false)
    .option("--id <name>", "name of the backfill (default: made of pipeline and dates)")
    .option("--resume <id>", "go on with this backfill")
    .addOption(format())
    .action(({ resume, id, ...options }: Backfill.BackfillOptions & { resume?: string }) => {
      const { from, to } = options;
      if (resume === undefined && (from === undefined || to === undefined)) {
        throw usageError("Give --from and --to, or --resume <id>.");
      }
      if (resume !== undefined && (id ?? from ?? to ?? options.pipeline) !== undefined) {
        throw usageError("--resume takes up a backfill as it was begun: leave out --id, --from, --to and --pipeline.");
      }
      if (from !== undefined && to !== undefined && from > to) throw usageError(`--from ${from} is after --to ${to}.`);
      const request = { ...options, id: id ?? resume };
      return within((session) => (load("./backfill") as typeof Backfill).backfill(session, request));
    });

  program
    .command("rollback")
    .description("make an earlier run's data what readers see again, and audit again")
    .option("--pipeline <name>", "pipeline, of whose run all tables are rolled back")
    .option("--table <name>", "only this table, or <database>.<table>; the others then contradict it")
    .requiredOption("--date <date>", "execution date, YYYY-MM-DD", parseDate)
    .option("--run <id>", "run to publish (default: the newest before the published one)")
    .option("--list", "show only which runs the date still has", false)
    .addOption(format())
    .action(({ pipeline, table, ...options }: Omit<Rollback.RollbackRequest, "of"> & RolledBackOptions) => {
      if ((pipeline === undefined) === (table === undefined)) {
        throw usageError("Give --pipeline, for all tables of its run, or --table, for one.");
      }
      const of = pipeline === undefined ? { table: table ?? "" } : { pipeline };
      return within((session) => (load("./rollback") as typeof Rollback).rollback(session, { ...options, of }));
    });

  program
    .command("logs")
    .description("tell all of one run: its states, its functions' logs, its record")
    .addArgument(new Argument("[run]", "id of the run, or a beginning or end that no other has (default: the newest)"))
    .option("--pipeline <name>", "only runs of this pipeline")
    .option("--date <date>", "only runs of this date")
    .addOption(format())
    .action((run: string | undefined, options: { pipeline?: string; date?: string; format: Format }) =>
      within((session) => (load("./logs") as typeof Logs).logs(session, { run, ...options })),
    );
}
