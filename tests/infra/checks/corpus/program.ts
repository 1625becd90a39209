/** Runs a program of the corpus: declarations as the components make them, without Pulumi, so that hundreds take seconds. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { createContext, Script } from "node:vm";
import { auditColumns, auditPartitionKeys } from "../../../../audit/audit-table";
import { columnsByName, type Columns } from "../../../../infra/columns";
import type { DeclaredPipeline, DeclaredTable } from "../../../../infra/checks/declared";
import type { Finding } from "../../../../infra/checks/finding";
import { LakeChecks } from "../../../../infra/checks/lake-checks";
import { declaredUpstreams, type Upstream } from "../../../../infra/pipeline/upstreams";
import { callSite, type Site } from "../../../../infra/checks/program-place";

/** Sources by path: `lake.js`, and models and macros below `sql/`. */
export type Program = Readonly<Record<string, string>>;

/** The program that is right. */
export function baseProgram(): Program {
  const folder = join(__dirname, "base");
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
    statSync(join(folder, name)).isFile(),
  );
  return Object.fromEntries(files.map((name) => [relative(".", name), readFileSync(join(folder, name), "utf8")]));
}

type PipelineArguments = Partial<Omit<DeclaredPipeline, "after">> & {
  readonly after?: readonly (DeclaredPipeline | Upstream<DeclaredPipeline>)[];
};

/** A pipeline that was declared: its source may be that of the one before it. */
type Declared = DeclaredPipeline & { readonly source: string };

/** What the checks find in a program, the way its components would ask for it. */
export function check(program: Program): Finding[] {
  const read = (file: string): string | undefined => program[file];
  const templates = Object.fromEntries(
    Object.entries(program)
      .filter(([path]) => path.startsWith("sql/"))
      .map(([path, text]) => [path.slice("sql/".length), text]),
  );
  const lakeSite: Site = { at: () => ({ file: "lake.js", line: 1, column: 1 }) };
  const auditTable: DeclaredTable = {
    tableName: "audit",
    database: "audit_db_dev",
    zone: "audit",
    columns: columnsByName(auditColumns),
    partitionKeys: columnsByName(auditPartitionKeys),
    site: lakeSite,
  };
  const checks = new LakeChecks({ templates, folder: "sql", auditTable: () => auditTable, read }, lakeSite);
  checks.addTable(auditTable);

  /** Declares one thing; its place is that of the call. */
  function declaration<Args extends unknown[], Result>(declare: (site: Site, ...args: Args) => Result) {
    return function declared(...args: Args): Result {
      return declare(callSite(declared as unknown as new () => unknown, read), ...args);
    };
  }
  const world = {
    table: declaration((site, tableName: string, args: { zone: string; columns: Columns; partitionKeys?: Columns }) => {
      const table: DeclaredTable = {
        partitionKeys: { exec_date: "date" },
        ...args,
        tableName,
        database: `${args.zone}_db_dev`,
        site,
      };
      checks.addTable(table);
      return table;
    }),
    pipeline: declaration((site, pipelineName: string, args: PipelineArguments) => {
      const { incoming = [], steps = [], parameters = {}, after = [] } = args;
      const pipeline: DeclaredPipeline = {
        parameterName: `/pipeline/${pipelineName}`,
        ...args,
        pipelineName,
        incoming,
        steps,
        parameters,
        after: declaredUpstreams(after as readonly (Declared | Upstream<Declared>)[]),
        source: args.source,
        site,
      };
      checks.addPipeline(pipeline);
      return { ...pipeline, source: args.source ?? pipeline.after[0]?.source };
    }),
    role: checks.addRole.bind(checks),
    environment: checks.addFunction.bind(checks),
    rule: checks.addRule.bind(checks),
    machine: checks.addMachine.bind(checks),
    name: checks.addName.bind(checks),
  };
  new Script(program["lake.js"], { filename: "lake.js" }).runInContext(createContext(world));
  return checks.findings();
}
