/** The page docs/operations.md, made from what the services have registered and from S3's routes. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import type { ServiceName } from "../../local/api";
import { Runtime } from "../../local/runtime";
import { refusedRoutes } from "../../local/s3/route-table";

/** Where the page stands. */
export const pagePath = join(__dirname, "..", "..", "docs", "operations.md");

/** The services of a runtime by their names in signatures: what AWS calls them, and their operations. */
export async function servedServices(): Promise<Map<ServiceName, { title: string; operations: string[] }>> {
  const folder = mkdtempSync(join(tmpdir(), "tributary-operations-"));
  const runtime = await Runtime.open({ folder, place: { account: "111122223333", region: "us-east-1" } });
  try {
    return new Map(
      runtime.services.all.map(({ name, title }) => [name, { title, operations: runtime.api.operationsOf(name) }]),
    );
  } finally {
    await runtime.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const list = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(", ");

/** The page's text. */
export async function operationsPage(): Promise<string> {
  const rows = [...(await servedServices())].map(
    ([name, { title, operations }]) => `| ${title} (\`${name}\`) | ${list(operations)} |`,
  );
  const refused = refusedRoutes.map(({ operation }) => operation).sort();
  const text = `# Operations

What the local runtime answers, generated from its routes (\`tests/local/operations-page.test.ts\` holds it). Every call is parsed,
authorized and journaled; a member of an input that an S3 operation does not take here is refused by name.

| Service | Operations |
| --- | --- |
${rows.join("\n")}

## Refused

An operation of S3 that is not here answers 501 \`NotImplemented\` with its name, and changes nothing: so do unknown sub-resources,
parameters and headers of \`x-amz-\`, since a request that is not known must not be taken for another. Buckets are configured by the
program's resources. Refused are ${list(refused)}, and customers' keys (SSE-C).

Any other operation, and any other service, answers \`UnknownOperationException\` in the envelope of its protocol.

Presigned URLs are checked: method, key, parameters, time. So are forms (PostObject): their policy, its signature, and the file's size. They must be signed with the keys that \`tributary local up\` prints, or with
those of a role's session. The server answers programs of this machine only: requests for a host other than 127.0.0.1, localhost and
[::1], or from a web page, are 403.

What clients of others do with it is in \`tests/witnesses/clients\` (\`npm run slow:clients\`): boto3, awswrangler, PyAthena, SQLAlchemy,
the AWS CLI, and a dbt and a SQLMesh project, each with a seed, a table, a view and an incremental table.
`;
  return format(text, { ...(await resolveConfig(pagePath)), filepath: pagePath });
}

// `node -r ./local/evaluate/register-typescript.js tests/local/operations-page.ts` writes the page anew.
if (require.main === module) void operationsPage().then((text) => writeFileSync(pagePath, text));
