/**
 * SSM Parameter Store.
 */
import { join } from "node:path";
import { RE2JS } from "re2js";
import { z } from "zod";
import { AwsError, type Place } from "../api";
import { Document } from "../document";
import { parseInput } from "../http/parse-input";

/** Input of `PutParameter`. */
export const putParameter = z.object({
  Name: z.string().regex(/^\/?[\w.-]+(\/[\w.-]+)*$/, "must be a path of A-Z a-z 0-9 _ . -"),
  Value: z.string().min(1),
  /** Required for a new parameter. */
  Type: z.enum(["String", "StringList", "SecureString"]).optional(),
  Description: z.string().optional(),
  /** Key of a SecureString. */
  KeyId: z.string().optional(),
  Overwrite: z.boolean().default(false),
  Tier: z.enum(["Standard", "Advanced", "Intelligent-Tiering"]).default("Standard"),
  AllowedPattern: z.string().optional(),
});

const parameter = z.object({
  Name: z.string(),
  Value: z.string(),
  Type: z.enum(["String", "StringList", "SecureString"]),
  Description: z.string().optional(),
  KeyId: z.string().optional(),
  Tier: z.string(),
  AllowedPattern: z.string().optional(),
  Version: z.number(),
  LastModifiedDate: z.iso.datetime(),
});

/** A parameter as it is kept, its value in the clear. */
export type Parameter = z.output<typeof parameter>;

/** Bytes of a value: AWS Systems Manager User Guide, "Managing parameter tiers". */
const valueLimits = { Standard: 4096, Advanced: 8192, "Intelligent-Tiering": 8192 } as const;

/** All parameters of the account. State: `<folder>/parameters.json`. */
export class Parameters {
  private readonly parameters: Document<Record<string, Parameter>>;

  constructor(
    folder: string,
    private readonly place: Place,
    private readonly now: () => Date = () => new Date(),
  ) {
    const read = (stored: unknown) => z.record(z.string(), parameter).parse(stored);
    this.parameters = new Document(join(folder, "parameters.json"), read, {});
  }

  /**
   * Creates a parameter, or changes it with `Overwrite`; returns its version. Throws `ParameterAlreadyExists` and
   * `ValidationException`.
   */
  put(input: z.input<typeof putParameter>): number {
    const { Overwrite, ...given } = parseInput(putParameter, input);
    const before = this.parameters.value[given.Name] as Parameter | undefined;
    if (before && !Overwrite) {
      const message = "The parameter already exists. To overwrite this value, set the overwrite option to true.";
      throw new AwsError("ParameterAlreadyExists", `${given.Name}: ${message}`);
    }
    const Type = given.Type ?? before?.Type;
    if (!Type) throw new AwsError("ValidationException", `${given.Name}: Type is required for a new parameter.`);
    const size = Buffer.byteLength(given.Value);
    if (size > valueLimits[given.Tier]) {
      const message = `${given.Name}: the value has ${size} bytes; tier ${given.Tier} allows ${valueLimits[given.Tier]}.`;
      throw new AwsError("ValidationException", message);
    }
    if (given.AllowedPattern !== undefined && !allowedPattern(given.AllowedPattern).test(given.Value)) {
      const message = `${given.Name}: the value does not match ${given.AllowedPattern}.`;
      throw new AwsError("ParameterPatternMismatchException", message);
    }
    const next: Parameter = {
      ...given,
      Type,
      Version: (before?.Version ?? 0) + 1,
      LastModifiedDate: this.now().toISOString(),
    };
    this.parameters.update((all) => ({ ...all, [given.Name]: next }));
    return next.Version;
  }

  /** Deletes a parameter. Throws `ParameterNotFound`. */
  delete(name: string): void {
    const { Name } = this.get(name);
    this.parameters.update((all) => Object.fromEntries(Object.entries(all).filter(([other]) => other !== Name)));
  }

  /** A parameter by name or ARN. Throws `ParameterNotFound`. */
  get(nameOrArn: string): Parameter {
    const found = this.find(nameOrArn);
    if (found) return found;
    throw new AwsError("ParameterNotFound", `There is no parameter ${nameOrArn}.`);
  }

  /** A parameter by name or ARN, if there is one. */
  find(nameOrArn: string): Parameter | undefined {
    const path = nameOrArn.split(":parameter")[1];
    const names = path === undefined ? [nameOrArn] : [path, path.replace(/^\//, "")];
    const name = names.find((candidate) => Object.hasOwn(this.parameters.value, candidate));
    return name === undefined ? undefined : this.parameters.value[name];
  }

  /** All parameters by name. */
  list(): Parameter[] {
    return Object.values(this.parameters.value).sort((a, b) => (a.Name < b.Name ? -1 : 1));
  }

  /** ARN of a parameter, also of a path. */
  arnOf(name: string): string {
    if (name.startsWith("arn:")) return name;
    const { region, account } = this.place;
    return `arn:aws:ssm:${region}:${account}:parameter${name.startsWith("/") ? "" : "/"}${name}`;
  }
}

// Systems Manager API Reference, "PutParameter": a regular expression, which strangers may write: it is tried in linear time.
function allowedPattern(expression: string): RE2JS {
  try {
    return RE2JS.compile(expression);
  } catch (error) {
    const message = `the local runtime does not run AllowedPattern ${expression}: ${(error as Error).message}`;
    throw new AwsError("InvalidAllowedPatternException", message);
  }
}
