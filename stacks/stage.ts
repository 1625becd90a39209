/** The one module that reads stack configuration: a stage's values, typed and checked. */
import { existsSync, readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { ProgramError, type Finding } from "../infra";

const days = z.number().int().min(1).max(3653);
const count = z.number().int().min(0).max(1000);

/** Retention periods that CloudWatch Logs offers. CloudWatch Logs API reference, "PutRetentionPolicy". */
const logDays = z.union(
  [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653].map((n) =>
    z.literal(n),
  ),
);

const stageSchema = z.strictObject({
  /** Start of bucket names. */
  bucketPrefix: z.string().regex(/^[a-z0-9][a-z0-9-]{1,23}$/, "expected 2 to 24 of a–z, 0–9 and -"),
  /** `always` does monthly work with every run, `due` on its day only. */
  cadence: z.enum(["always", "due"]),
  /** Whether destroying the stack removes the data. */
  dataOnDestroy: z.enum(["keep", "delete"]),
  /** What encrypts objects. */
  encryption: z.enum(["s3", "kms"]),
  /** Whether this stage's key encrypts the catalog of the whole account: at most one stage of an account. */
  catalogEncryption: z.enum(["true", "false"]).transform((text) => text === "true"),
  retention: z.strictObject({
    logDays,
    incomingDays: days,
    resultDays: days,
    supersededDays: days,
    supersededRuns: count,
    accessDays: days,
  }),
  /** Bytes that one query may scan; Athena's smallest limit is 10 MB. */
  scanLimit: z.coerce.number().int().min(10_000_000),
  /** Hour (UTC) after which a day without a completed run is late. */
  lateAfterHour: z.coerce.number().int().min(0).max(23),
  /** Where functions run; outside of any VPC when left out. */
  network: z
    .union(
      [
        z.literal("private"),
        z.strictObject({
          subnetIds: z.array(z.string().regex(/^subnet-[0-9a-f]+$/)).min(1),
          securityGroupIds: z.array(z.string().regex(/^sg-[0-9a-f]+$/)).min(1),
        }),
      ],
      "expected private, or subnetIds and securityGroupIds",
    )
    .optional(),
  /** Who hears of failed runs. */
  alarmEmail: z.email("expected an e-mail address"),
});

/** The provider's own settings: where the stage lives. */
const providerSchema = z.object({
  region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, "expected a region, e.g. us-east-1"),
  /** The provider refuses any other account. */
  allowedAccountIds: z.tuple([z.string().regex(/^\d{12}$/, "expected twelve digits")], "expected exactly one account"),
  /** Tags of every resource. */
  defaultTags: z.object({ tags: z.object({ project: z.string().min(1), stage: z.string().min(1) }) }),
});

/** Values of one stage. */
export type Stage = z.infer<typeof stageSchema> & {
  /** Name of the stack, e.g. `dev`. */
  readonly name: string;
  readonly region: string;
  /** Twelve-digit account that the stage lives in, and no other. */
  readonly account: string;
};

/**
 * Reads `Pulumi.<stage>.yaml`.
 *
 * @throws {@link ProgramError} with every missing, unknown or malformed key and its file
 */
export function readStage(): Stage {
  const name = pulumi.getStack();
  const project = pulumi.getProject();
  const own = stageSchema.safeParse(namespaceValues(project));
  const provider = providerSchema.safeParse(namespaceValues("aws"));
  if (!own.success || !provider.success) {
    const issues = (namespace: string, read: { error?: z.ZodError }): Finding[] =>
      (read.error?.issues ?? []).flatMap((issue) =>
        (issue.code === "unrecognized_keys" ? issue.keys : [issue.path.join(".")]).map((key) => ({
          code: "stage-setting" as const,
          ...settingPlace(`Pulumi.${name}.yaml`, namespace, key),
          message: `${namespace}:${key}: ${issue.code === "unrecognized_keys" ? "there is no such setting" : issue.message}`,
        })),
      );
    throw new ProgramError([...issues(project, own), ...issues("aws", provider)]);
  }
  const { region, allowedAccountIds } = provider.data;
  return { ...own.data, name, region, account: allowedAccountIds[0] };
}

/** Where a setting stands in its file; the file, if it is missing there. */
function settingPlace(file: string, namespace: string, key: string): Pick<Finding, "place" | "at" | "source"> {
  const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
  const [first, ...inner] = key.split(".");
  let index = lines.findIndex((line) => line.trimStart().startsWith(`${namespace}:${first}:`));
  for (const part of inner) {
    const below = lines.findIndex((line, at) => at > index && new RegExp(`^\\s*-?\\s*${part}:`).test(line));
    if (index >= 0 && below >= 0) index = below;
  }
  if (index < 0) return { place: file };
  const at = { file, line: index + 1, column: lines[index].search(/\S/) + 1, length: lines[index].trim().length };
  return { place: `${file}:${at.line}:${at.column}`, at, source: lines[index] };
}

/** All values of one namespace. */
function namespaceValues(namespace: string): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(pulumi.runtime.allConfig())
      .filter(([key]) => key.startsWith(`${namespace}:`))
      .map(([key, text]) => [key.slice(namespace.length + 1), configValue(text)]),
  );
}

/** Pulumi keeps every value as text, lists and objects as JSON. */
function configValue(text: string): unknown {
  return /^[[{]/.test(text) ? JSON.parse(text) : text;
}
