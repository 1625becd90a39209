/** Writes a program of many pipelines: each with a landing table, a step into another table, and an audit of both. */
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

const project = resolve(__dirname, "..");

/** Writes it into an empty folder. */
export function writeManyPipelines(folder: string, count: number): void {
  const put = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  mkdirSync(join(folder, "sql", "daily"), { recursive: true });
  symlinkSync(join(project, "node_modules"), join(folder, "node_modules"));
  put("Pulumi.yaml", "name: many-pipelines\nruntime: nodejs\n");
  put("Pulumi.dev.yaml", 'config:\n  aws:region: us-east-1\n  aws:allowedAccountIds: ["111122223333"]\n');
  put("package.json", JSON.stringify({ name: "many-pipelines", private: true, dependencies: {} }));
  put("tsconfig.json", JSON.stringify({ extends: join(project, "tsconfig.json"), include: ["index.ts"] }));
  put("index.ts", program(count));
  for (let number = 1; number <= count; number += 1) {
    put(
      `sql/daily/per_state_${number}.sql`,
      `SELECT state, month, sum(tons) AS tons FROM {{ table("readings_${number}") }} WHERE exec_date = {{ exec_date }} GROUP BY state, month\n`,
    );
  }
}

/** The program tells on standard error how much memory its process took. */
function program(count: number): string {
  return `import { AuditedTable, DataLake, DataPipeline } from ${JSON.stringify(join(project, "infra"))};

const lake = new DataLake("meters", { stage: "dev", account: "111122223333", region: "us-east-1", bucketPrefix: "acme" });
const columns = { state: "string", month: "string", tons: "double" } as const;
const audit = { grain: ["state", "month"], attributes: ["tons"], period: { column: "month", pattern: "YYYYMM" } } as const;

for (let number = 1; number <= ${count}; number += 1) {
  const readings = new AuditedTable(\`readings_\${number}\`, { lake, zone: "landing", columns, audit });
  const perState = new AuditedTable(\`per_state_\${number}\`, { lake, zone: "processed", columns, audit });
  new DataPipeline(\`daily_\${number}\`, {
    lake,
    source: \`meters_\${number}\`,
    incoming: [{ prefix: "readings", table: readings }],
    steps: [{ model: \`daily/per_state_\${number}.sql\`, into: perState }],
    audits: { label: \`daily_\${number}\`, timeGrain: "daily", priorDateFrom: perState, tables: [readings, perState] },
  });
}

process.once("exit", () => process.stderr.write(\`peak \${process.resourceUsage().maxRSS} KiB\\n\`));
`;
}
