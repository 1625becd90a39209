/**
 * Executions and their histories on disk: a JSON file for each execution and a file of JSON lines for its events.
 */
import { createHash } from "node:crypto";
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { HistoryEvent } from "@aws-sdk/client-sfn";
import { z } from "zod";
import { Document } from "../document";

const stored = z.object({
  executionArn: z.string(),
  stateMachineArn: z.string(),
  name: z.string(),
  roleArn: z.string(),
  status: z.enum(["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"]),
  /** JSON text, as given. */
  input: z.string(),
  output: z.string().optional(),
  error: z.string().optional(),
  cause: z.string().optional(),
  /** ISO 8601. */
  startDate: z.string(),
  stopDate: z.string().optional(),
  /** Names the definition that it runs, which may have changed since. */
  definitionKey: z.string(),
  /** What the tokens of its Tasks are made from. */
  tokenSecret: z.string().optional(),
});

/** An execution as it is kept. */
export type StoredExecution = z.output<typeof stored>;

/** All executions of all machines. Everything is on disk when a method returns. */
export class ExecutionStore {
  private readonly documents = new Map<string, Document<StoredExecution>>();

  /** Opens the executions in `folder`, which is created when the first one starts. */
  constructor(private readonly folder: string) {
    for (const machine of existsSync(this.executions()) ? readdirSync(this.executions()) : []) {
      for (const file of readdirSync(join(this.executions(), machine))) {
        if (!file.endsWith(".json")) continue;
        const document = open(join(this.executions(), machine, file));
        if (document) this.documents.set(document.value.executionArn, document);
      }
    }
  }

  get(executionArn: string): StoredExecution | undefined {
    return this.documents.get(executionArn)?.value;
  }

  list(): StoredExecution[] {
    return [...this.documents.values()].map(({ value }) => value);
  }

  /** Keeps a new execution; it replaces one of the same ARN, and that one's history. */
  add(execution: StoredExecution): void {
    const path = this.pathOf(execution);
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(`${path}.history.jsonl`, "");
    const document = new Document(`${path}.json`, (value) => stored.parse(value), execution);
    document.update(() => execution);
    this.documents.set(execution.executionArn, document);
  }

  update(executionArn: string, change: Partial<StoredExecution>): void {
    this.documents.get(executionArn)?.update((value) => ({ ...value, ...change }));
  }

  /** Adds an event to an execution's history. */
  append(execution: StoredExecution, event: HistoryEvent): void {
    appendFileSync(`${this.pathOf(execution)}.history.jsonl`, `${JSON.stringify(event)}\n`);
  }

  /** An execution's history in order. A last line that a crash cut short is left out. */
  history(execution: StoredExecution): HistoryEvent[] {
    return this.wholeLines(execution).map((line) => {
      const event = JSON.parse(line) as HistoryEvent & { timestamp: string };
      return { ...event, timestamp: new Date(event.timestamp) };
    });
  }

  /** Removes a last line that a crash cut short, so that more can be appended. */
  mendHistory(execution: StoredExecution): void {
    const lines = this.wholeLines(execution);
    writeFileSync(`${this.pathOf(execution)}.history.jsonl`, lines.map((line) => `${line}\n`).join(""));
  }

  private wholeLines(execution: StoredExecution): string[] {
    const lines = readFileSync(`${this.pathOf(execution)}.history.jsonl`, "utf8").split("\n");
    // What follows the last newline is empty, or was not written to its end.
    return lines.slice(0, -1);
  }

  /** Keeps the text of a definition and returns its key. */
  keepDefinition(text: string): string {
    const key = createHash("sha256").update(text).digest("hex").slice(0, 32);
    const path = this.definitionPath(key);
    if (!existsSync(path)) {
      mkdirSync(join(path, ".."), { recursive: true });
      writeFileSync(path, text);
    }
    return key;
  }

  definition(key: string): string {
    return readFileSync(this.definitionPath(key), "utf8");
  }

  private executions(): string {
    return join(this.folder, "executions");
  }

  private definitionPath(key: string): string {
    return join(this.folder, "definitions", `${key}.asl.json`);
  }

  private pathOf({ stateMachineArn, name }: StoredExecution): string {
    return join(this.executions(), stateMachineArn.split(":").pop() ?? "", fileName(name));
  }
}

/** A name may hold characters that file systems do not take, or differ from another one in case only. */
function fileName(name: string): string {
  if (/^[a-z0-9_.=@+-]+$/.test(name)) return name;
  return `${name.replace(/[^\w.=@+-]/g, "_").slice(0, 60)}-${createHash("sha256").update(name).digest("hex").slice(0, 12)}`;
}

function open(path: string): Document<StoredExecution> | undefined {
  const value = stored.safeParse(JSON.parse(readFileSync(path, "utf8")));
  return value.success ? new Document(path, (found) => stored.parse(found), value.data) : undefined;
}
