/**
 * A stack of a copy of a program that the real `pulumi` deploys to a local runtime: for tests that tell what an operation does
 * to it, and to the data in it.
 */
import { spawn } from "node:child_process";
import {
  cpSync,
  createReadStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, join, resolve } from "node:path";
import { AthenaClient } from "@aws-sdk/client-athena";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { z } from "zod";
import { runQuery } from "../../cli/lake/query";
import { readLakeOutputs, type LakeOutputs } from "../../cli/lake/outputs";
import { manifestKeys, readRuns, type Run } from "../../cli/runs/run-records";
import { serveProviders, type ServedProviders } from "../../local/provider/server";
import { Runtime } from "../../local/runtime";
import type { PulumiCli } from "./pulumi-cli";

const project = resolve(__dirname, "../..");

/** What does not belong to a program. */
const APART = [".git", ".tributary", "docs", "node_modules", "sample", "tests"];

/** An engine event, as `--json` prints it: those that a test looks at. */
const engineEvent = z.object({
  resourcePreEvent: z
    .object({
      metadata: z.object({
        op: z.string(),
        urn: z.string(),
        type: z.string(),
        diffs: z.array(z.string()).nullish(),
      }),
    })
    .optional(),
  resOutputsEvent: z
    .object({
      metadata: z.object({
        urn: z.string(),
        new: z.object({ outputs: z.record(z.string(), z.unknown()).nullish() }).nullish(),
      }),
    })
    .optional(),
  diagnosticEvent: z.object({ severity: z.string(), message: z.string() }).optional(),
  summaryEvent: z.object({ resourceChanges: z.record(z.string(), z.number()) }).optional(),
});

/** What an operation does, or did, to one resource. */
export interface Step {
  /** E.g. `create`, `update`, `replace`, `delete`. */
  readonly op: string;
  readonly urn: string;
  readonly type: string;
  /** Logical name. */
  readonly name: string;
  /** Properties that differ. */
  readonly diffs: readonly string[];
  /** What is known of the resource when the step is done, or planned. */
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** What came of a `pulumi` command. */
export interface Operation {
  readonly succeeded: boolean;
  /** Resources by what was done to them, as `pulumi` sums them up. */
  readonly counts: Readonly<Record<string, number>>;
  /** Everything that was not left as it was. */
  readonly steps: readonly Step[];
  /** What it says went wrong. */
  readonly errors: string;
  readonly seconds: number;
}

/** The policy that docs/deployment.md shows for dev, of the stage and account that are deployed here. */
function documentedPolicy(): string {
  const page = readFileSync(join(project, "docs", "deployment.md"), "utf8");
  const [, policy = ""] = /```json\n([^]*?)\n```/.exec(page) ?? [];
  return policy.replace(/([-_/])dev\b/g, "$1local").replaceAll("111122223333", "000000000000");
}

/** The stack `local` of a copy of a program, its runtime, and clients of what is deployed there. */
export class LiveStack {
  private constructor(
    /** The copy. */
    readonly folder: string,
    readonly runtime: Runtime,
    private readonly providers: ServedProviders,
    private readonly cli: PulumiCli,
  ) {}

  /** Copies a program, the project's by default, to where the project's packages are found, and makes its stack. */
  static async create(cli: PulumiCli, program = project): Promise<LiveStack> {
    const folder = join(project, ".tributary", `pulumi-${process.pid}`);
    for (const part of readdirSync(program).filter((name) => !APART.includes(name))) {
      cpSync(join(program, part), join(folder, part), { recursive: true });
    }
    // A program without a package of its own would be taken for a part of the one around it.
    for (const [file, content] of [
      ["package.json", "{}"],
      ["tsconfig.json", readFileSync(join(project, "tsconfig.json"))],
    ] as const) {
      if (!existsSync(join(folder, file))) writeFileSync(join(folder, file), content);
    }
    symlinkSync(join(project, "node_modules"), join(folder, "node_modules"));
    mkdirSync(join(folder, "backend"));
    const state = join(folder, "state");
    const runtime = await Runtime.open({ folder: state, pace: 600 });
    const as = program === project ? [documentedPolicy()] : undefined;
    const providers = await serveProviders({ runtime, program: folder, archives: join(state, "archives"), as });
    const stack = new LiveStack(folder, runtime, providers, cli);
    const made = await stack.pulumi("stack", "init", "local");
    if (made.code !== 0) throw new Error(made.output);
    return stack;
  }

  /** Runs `pulumi <command>` on the stack, e.g. `run("preview", "--expect-no-changes")`, and prints what it did. */
  async run(command: "preview" | "up" | "refresh" | "destroy", ...args: string[]): Promise<Operation> {
    const began = performance.now();
    const planning = command === "preview" || args.includes("--preview-only");
    const unattended = planning ? [] : ["--yes", "--skip-preview"];
    const { code, output } = await this.pulumi(command, "--json", "--stack", "local", ...unattended, ...args);
    const operation = { ...readOperation(output), succeeded: code === 0, seconds: (performance.now() - began) / 1000 };
    const counts = Object.entries(operation.counts).map(([op, count]) => `${count} ${op}`);
    const outcome = operation.succeeded ? counts.join(", ") : `refused (${counts.join(", ")})`;
    process.stdout.write(`    pulumi ${[command, ...args].join(" ")}: ${outcome}, ${operation.seconds.toFixed(0)} s\n`);
    return operation;
  }

  /** Changes a file of the program; `from` has to be in it. Returns what undoes the change. */
  edit(file: string, from: string | RegExp, to: string | ((match: string) => string)): () => void {
    const path = join(this.folder, file);
    const before = readFileSync(path, "utf8");
    const after = typeof to === "string" ? before.replace(from, to) : before.replace(from, to);
    if (after === before) throw new Error(`${file} has no ${String(from)}.`);
    writeFileSync(path, after);
    return () => writeFileSync(path, before);
  }

  /** What the program exports. */
  async outputs(): Promise<LakeOutputs> {
    const { output } = await this.pulumi("stack", "output", "--json", "--stack", "local");
    return readLakeOutputs(JSON.parse(output));
  }

  /** Asks the deployed lake; each row as an array of texts. */
  async query(sql: string): Promise<(readonly (string | undefined)[])[]> {
    const athena = new AthenaClient(this.clientConfig);
    try {
      return [...(await runQuery(athena, "emissions-local", sql)).rows];
    } finally {
      athena.destroy();
    }
  }

  /** Drops files of a date, waits for all that follows, and returns the runs that it caused. */
  async land(date: string, ...files: string[]): Promise<Run[]> {
    const { landingBucket, assetsBucket } = await this.outputs();
    const s3 = new S3Client({ ...this.clientConfig, forcePathStyle: true });
    try {
      const known = await manifestKeys(s3, assetsBucket);
      for (const path of files) {
        const Key = `incoming/all_ef_files/${date}/${basename(path)}`;
        const [Body, ContentLength] = [createReadStream(path), statSync(path).size];
        await s3.send(new PutObjectCommand({ Bucket: landingBucket, Key, Body, ContentLength }));
      }
      await this.runtime.whenIdle();
      const fresh = [...(await manifestKeys(s3, assetsBucket))].filter((key) => !known.has(key));
      return await readRuns(s3, assetsBucket, fresh);
    } finally {
      s3.destroy();
    }
  }

  async close(): Promise<void> {
    this.providers.close();
    await this.runtime.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private get clientConfig() {
    const { AWS_ENDPOINT_URL: endpoint, AWS_REGION: region } = this.runtime.environment();
    return { endpoint, region, credentials: { accessKeyId: "local", secretAccessKey: "local" } };
  }

  private pulumi(...args: string[]): Promise<{ code: number | null; output: string }> {
    const { PATH = "", HOME = "" } = process.env;
    const child = spawn("pulumi", [...args, "--non-interactive"], {
      cwd: this.folder,
      // Nothing else of this environment: neither a login nor credentials.
      env: {
        PATH: `${this.cli.folder}:${PATH}`,
        HOME,
        PULUMI_HOME: join(this.folder, "home"),
        PULUMI_BACKEND_URL: `file://${join(this.folder, "backend")}`,
        PULUMI_CONFIG_PASSPHRASE: "",
        PULUMI_SKIP_UPDATE_CHECK: "true",
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
        PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "true",
        ...this.providers.environment(),
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    child.stdout.on("data", (part: Buffer) => (output += part.toString()));
    child.stderr.on("data", (part: Buffer) => (output += part.toString()));
    return new Promise((settle, fail) => {
      child.once("error", fail);
      child.once("close", (code) => settle({ code, output }));
    });
  }
}

/** Reads the events that a command printed, one a line; other lines are what it says went wrong. */
function readOperation(output: string): Pick<Operation, "counts" | "steps" | "errors"> {
  const steps: Omit<Step, "outputs">[] = [];
  const outputs = new Map<string, Step["outputs"]>();
  const errors: string[] = [];
  let counts: Record<string, number> = {};
  for (const line of output.split("\n")) {
    if (!line.startsWith("{")) {
      if (line.trim()) errors.push(line);
      continue;
    }
    const event = engineEvent.parse(JSON.parse(line));
    const { resourcePreEvent, resOutputsEvent, diagnosticEvent, summaryEvent } = event;
    if (resourcePreEvent && resourcePreEvent.metadata.op !== "same") {
      const { op, urn, type, diffs } = resourcePreEvent.metadata;
      steps.push({ op, urn, type, name: urn.split("::").pop() ?? "", diffs: diffs ?? [] });
    }
    if (resOutputsEvent) {
      const { urn, new: after } = resOutputsEvent.metadata;
      outputs.set(urn, after?.outputs ?? {});
    }
    if (diagnosticEvent?.severity === "error") errors.push(diagnosticEvent.message.trim());
    if (summaryEvent) counts = summaryEvent.resourceChanges;
  }
  return {
    counts,
    steps: steps.map((step) => ({ ...step, outputs: outputs.get(step.urn) ?? {} })),
    errors: errors.join("\n"),
  };
}
