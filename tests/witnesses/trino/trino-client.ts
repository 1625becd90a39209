/**
 * Asks a real Trino over its HTTP protocol, and prints values as Athena prints them in a result file.
 */
import { z } from "zod";
import type { Answer } from "./answers";

interface Signature {
  readonly rawType: string;
  readonly arguments: readonly { readonly kind: string; readonly value: unknown }[];
}

const signature: z.ZodType<Signature> = z.object({
  rawType: z.string(),
  arguments: z.array(z.object({ kind: z.string(), value: z.unknown() })),
});

const page = z.object({
  nextUri: z.string().optional(),
  columns: z.array(z.object({ name: z.string(), type: z.string(), typeSignature: signature })).optional(),
  data: z.array(z.array(z.unknown())).optional(),
  error: z.object({ message: z.string(), errorName: z.string() }).optional(),
});

/** Runs a statement to its end. @param schema `catalog.schema` of names without one */
export async function askTrino(address: string, sql: string, schema = "memory.default"): Promise<Answer> {
  const [catalog, database] = schema.split(".");
  const headers = {
    "X-Trino-User": "witness",
    "X-Trino-Catalog": catalog,
    "X-Trino-Schema": database,
    "X-Trino-Time-Zone": "UTC",
    "X-Trino-Client-Capabilities": "PARAMETRIC_DATETIME",
  };
  let response = await fetch(`${address}/v1/statement`, { method: "POST", body: sql, headers });
  let columns: z.infer<typeof page>["columns"];
  const rows: (string | null)[][] = [];
  for (;;) {
    const part = page.parse(JSON.parse(withNumbersAsTexts(await response.text())));
    if (part.error) return { error: `${part.error.errorName}: ${part.error.message}` };
    columns ??= part.columns;
    for (const row of part.data ?? []) {
      rows.push(row.map((value, i) => (value === null ? null : printed(value, columns?.[i]?.typeSignature))));
    }
    if (part.nextUri === undefined) break;
    response = await fetch(part.nextUri, { headers });
  }
  return { types: (columns ?? []).map(({ type }) => type), names: (columns ?? []).map(({ name }) => name), rows };
}

// Numbers keep their digits: JavaScript would write 1.0E7 otherwise, and round large ones.
function withNumbersAsTexts(json: string): string {
  return json.replace(
    /("(?:[^"\\]|\\.)*")|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g,
    (found: string, text?: string) => text ?? `"${found}"`,
  );
}

const typeArgument = z.object({ kind: z.string(), value: signature });
const fieldArgument = z.object({
  value: z.object({
    fieldName: z.object({ name: z.string() }).nullish(),
    typeSignature: signature,
  }),
});

function printed(value: unknown, type: Signature | undefined): string {
  if (value === null) return "null";
  const inner = (index: number): Signature => typeArgument.parse(type?.arguments[index]).value;
  if (type?.rawType === "array") {
    return `[${z
      .array(z.unknown())
      .parse(value)
      .map((item) => printed(item, inner(0)))
      .join(", ")}]`;
  }
  if (type?.rawType === "map") {
    const entries = Object.entries(z.record(z.string(), z.unknown()).parse(value));
    return `{${entries.map(([key, item]) => `${key}=${printed(item, inner(1))}`).join(", ")}}`;
  }
  if (type?.rawType === "row") {
    const fields = type.arguments.map((argument) => fieldArgument.parse(argument).value);
    const parts = z
      .array(z.unknown())
      .parse(value)
      .map((item, i) => `${fields[i].fieldName?.name ?? `field${i}`}=${printed(item, fields[i].typeSignature)}`);
    return `{${parts.join(", ")}}`;
  }
  if (type?.rawType === "varbinary") return [...Buffer.from(String(value), "base64")].map(hex).join(" ");
  return String(value);
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}
