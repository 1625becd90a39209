/** The one module that reads stack configuration: a stage's values, typed and checked. */
import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { ProgramError } from "../infra";

const days = z.number().int().min(1).max(3653);

/** Retention periods that CloudWatch Logs offers. CloudWatch Logs API reference, "PutRetentionPolicy". */
const logDays = z.union(
  [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653].map((n) =>
    z.literal(n),
  ),
);

const stageSchema = z.strictObject({
  /** Twelve-digit account that the stage lives in. */
  account: z.string().regex(/^\d{12}$/, "expected twelve digits"),
  /** Start of bucket names. */
  bucketPrefix: z.string().regex(/^[a-z0-9][a-z0-9-]{1,23}$/, "expected 2 to 24 of a–z, 0–9 and -"),
  /** `always` does monthly work with every run, `due` on its day only. */
  cadence: z.enum(["always", "due"]),
  /** Whether destroying the stack removes the data. */
  dataOnDestroy: z.enum(["keep", "delete"]),
  retention: z.strictObject({ logDays, incomingDays: days, resultDays: days }),
  /** Who hears of failed runs. */
  alarmEmail: z.email(),
});

/** Values of one stage. */
export type Stage = z.infer<typeof stageSchema> & {
  /** Name of the stack, e.g. `dev`. */
  readonly name: string;
  readonly region: string;
};

/**
 * Reads `Pulumi.<stage>.yaml`.
 *
 * @throws {@link ProgramError} with every missing, unknown or malformed key and its file
 */
export function readStage(): Stage {
  const name = pulumi.getStack();
  const file = `Pulumi.${name}.yaml`;
  const project = pulumi.getProject();
  const config = new pulumi.Config();
  const own = Object.keys(pulumi.runtime.allConfig())
    .filter((key) => key.startsWith(`${project}:`))
    .map((key) => key.slice(project.length + 1));
  const values = Object.fromEntries(own.map((key) => [key, configValue(config, key)]));
  const read = stageSchema.safeParse(values);
  const region = new pulumi.Config("aws").get("region");
  const findings = [
    ...(read.success
      ? []
      : read.error.issues.map(({ path, message }) => ({
          place: `${file}: ${[project, path.join(".")].filter(Boolean).join(":")}`,
          message,
        }))),
    ...(region ? [] : [{ place: `${file}: aws:region`, message: "expected the stage's region." }]),
  ];
  if (!read.success || !region) throw new ProgramError(findings);
  return { ...read.data, name, region };
}

/** Pulumi keeps structured values as JSON and all others as text; an account id is text though it looks like a number. */
function configValue(config: pulumi.Config, key: string): unknown {
  const text = config.require(key);
  return /^[[{]/.test(text) ? JSON.parse(text) : text;
}
