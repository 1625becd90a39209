/**
 * The Pulumi project and stack files of a program: its name, and its configuration as Pulumi hands it to programs.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { z } from "zod";

/** A program's name and the configuration of one stack. */
export interface Project {
  readonly name: string;
  /** By namespaced key, e.g. `aws:region`; objects and arrays as JSON text. */
  readonly config: Readonly<Record<string, string>>;
}

const projectFile = z.object({
  name: z.string().min(1),
  runtime: z.union([z.string(), z.object({ name: z.string() })]).transform((r) => (typeof r === "string" ? r : r.name)),
  // Named where package.json exports something else than the program; a file elsewhere would move the working directory.
  main: z
    .enum(["index.ts", "./index.ts"], { error: "`main` must be index.ts: put the program beside Pulumi.yaml" })
    .optional(),
  config: z.record(z.string(), z.unknown()).default({}),
});

const stackFile = z
  .object({ config: z.record(z.string(), z.unknown()).nullish() })
  .nullish()
  .transform((file) => file?.config ?? {});

/** How a value is declared in the project file when it is not written plainly. */
const declaration = z.object({ default: z.unknown().optional(), value: z.unknown().optional() });

/**
 * Reads `Pulumi.yaml` and, if there is one, `Pulumi.<stack>.yaml` in `folder`.
 * Throws an error that names the file and the faulty entry.
 */
export function readProject(folder: string, stack: string): Project {
  const path = join(folder, "Pulumi.yaml");
  if (!existsSync(path)) throw new Error(`There is no Pulumi program in ${folder}: Pulumi.yaml is missing.`);
  const project = parse(path, projectFile);
  if (project.runtime !== "nodejs") {
    throw new Error(`${path}: the local runtime evaluates nodejs programs, not "${project.runtime}".`);
  }
  const stackPath = join(folder, `Pulumi.${stack}.yaml`);
  const config: Record<string, string> = {};
  const put = (key: string, value: unknown, file: string) => {
    if (value === undefined || value === null) return;
    if (typeof value === "object" && "secure" in value) {
      throw new Error(
        `${file}: "${key}" is encrypted, and the local runtime has no key for it. ` +
          `Use a stack file with a plain value for local work.`,
      );
    }
    config[key.includes(":") ? key : `${project.name}:${key}`] =
      typeof value === "object" ? JSON.stringify(value) : String(value as string | number | boolean);
  };
  for (const [key, value] of Object.entries(project.config)) {
    const declared = declaration.safeParse(value);
    put(key, declared.success ? (declared.data.value ?? declared.data.default) : value, path);
  }
  if (existsSync(stackPath)) {
    for (const [key, value] of Object.entries(parse(stackPath, stackFile))) put(key, value, stackPath);
  }
  return { name: project.name, config };
}

function parse<T>(path: string, schema: z.ZodType<T>): T {
  let content: unknown;
  try {
    content = load(readFileSync(path, "utf8"));
  } catch (error) {
    throw new Error(`${path}: ${(error as Error).message}`);
  }
  const parsed = schema.safeParse(content);
  if (!parsed.success) throw new Error(`${path}: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

/**
 * The account and region that a program's resources belong to: `aws:allowedAccountIds`' first, or `<project>:account`, or
 * twelve zeros; `aws:region`, or us-east-1.
 */
export function placeOf(project: Project): { account: string; region: string } {
  const allowed = z.array(z.coerce.string()).safeParse(JSON.parse(project.config["aws:allowedAccountIds"] ?? "[]"));
  const account = (allowed.success ? allowed.data[0] : undefined) ?? project.config[`${project.name}:account`];
  return { account: account ?? "000000000000", region: project.config["aws:region"] ?? "us-east-1" };
}
