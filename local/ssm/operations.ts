/**
 * Parameter Store's operations.
 */
import { z } from "zod";
import { AwsError, operation, type Operations, type Permission } from "../api";
import { parseInput } from "../http/parse-input";
import { putParameter, type Parameter, type Parameters } from "./parameters";

const get = z.object({ Name: z.string(), WithDecryption: z.boolean().default(false) });
const getSeveral = z.object({ Names: z.array(z.string()).min(1).max(10), WithDecryption: z.boolean().default(false) });
const byPath = z.object({
  Path: z.string().startsWith("/", "must begin with /"),
  Recursive: z.boolean().default(false),
  WithDecryption: z.boolean().default(false),
  MaxResults: z.number().int().min(1).max(10).default(10),
  NextToken: z.string().optional(),
});
const describeAll = z.object({
  MaxResults: z.number().int().min(1).max(50).default(50),
  NextToken: z.string().optional(),
});
const named = z.object({ Name: z.string() });

/** The operations on parameters that the runtime serves. */
export function ssmOperations(parameters: Parameters): Operations {
  const on = (action: string, name: string): Permission => ({
    action: `ssm:${action}`,
    resource: parameters.arnOf(name),
  });
  /** Reading a SecureString needs its key; that of AWS itself is open to all of the account. */
  const decrypting = (names: readonly string[], wanted: boolean): Permission[] =>
    names.flatMap((name) => {
      const { Type, KeyId } = parameters.find(name) ?? {};
      return wanted && Type === "SecureString" && KeyId?.startsWith("arn:")
        ? [{ action: "kms:Decrypt", resource: KeyId, context: { "kms:ViaService": "ssm.amazonaws.com" } }]
        : [];
    });
  const shown = (parameter: Parameter, decrypt: boolean) => ({
    Name: parameter.Name,
    Type: parameter.Type,
    Value: parameter.Type === "SecureString" && !decrypt ? cipherText(parameter) : parameter.Value,
    Version: parameter.Version,
    LastModifiedDate: new Date(parameter.LastModifiedDate),
    ARN: parameters.arnOf(parameter.Name),
    DataType: "text",
  });

  return {
    GetParameter: operation({
      parse: (input) => parseInput(get, input),
      permissions: ({ Name, WithDecryption }) => [on("GetParameter", Name), ...decrypting([Name], WithDecryption)],
      run: async ({ Name, WithDecryption }) => {
        refuseVersion(Name);
        return { Parameter: shown(parameters.get(Name), WithDecryption) };
      },
    }),
    GetParameters: operation({
      parse: (input) => parseInput(getSeveral, input),
      permissions: ({ Names, WithDecryption }) => [
        ...Names.map((name) => on("GetParameters", name)),
        ...decrypting(Names, WithDecryption),
      ],
      run: async ({ Names, WithDecryption }) => {
        Names.forEach(refuseVersion);
        const found = Names.map((name) => parameters.find(name));
        return {
          Parameters: found.flatMap((parameter) => (parameter ? [shown(parameter, WithDecryption)] : [])),
          InvalidParameters: Names.filter((_name, index) => found[index] === undefined),
        };
      },
    }),
    GetParametersByPath: operation({
      parse: (input) => {
        const { ParameterFilters } = Object(input) as { ParameterFilters?: unknown };
        if (ParameterFilters !== undefined) throw unsupported("ParameterFilters");
        return parseInput(byPath, input);
      },
      permissions: ({ Path }) => [on("GetParametersByPath", Path)],
      run: async ({ Path, Recursive, WithDecryption, MaxResults, NextToken }) => {
        const prefix = Path.endsWith("/") ? Path : `${Path}/`;
        const below = parameters.list().filter(({ Name }) => {
          return Name.startsWith(prefix) && (Recursive || !Name.slice(prefix.length).includes("/"));
        });
        const { page, next } = pageOf(below, MaxResults, NextToken);
        return { Parameters: page.map((parameter) => shown(parameter, WithDecryption)), NextToken: next };
      },
    }),
    PutParameter: operation({
      parse: (input) => parseInput(putParameter, input),
      permissions: ({ Name }) => [on("PutParameter", Name)],
      run: async (input) => ({ Version: parameters.put(input), Tier: input.Tier }),
    }),
    DeleteParameter: operation({
      parse: (input) => parseInput(named, input),
      permissions: ({ Name }) => [on("DeleteParameter", Name)],
      run: async ({ Name }) => {
        parameters.delete(Name);
        return {};
      },
    }),
    DescribeParameters: operation({
      parse: (input) => {
        const { ParameterFilters, Filters } = Object(input) as { ParameterFilters?: unknown; Filters?: unknown };
        if (ParameterFilters !== undefined || Filters !== undefined) throw unsupported("ParameterFilters");
        return parseInput(describeAll, input);
      },
      permissions: () => [{ action: "ssm:DescribeParameters", resource: "*" }],
      run: async ({ MaxResults, NextToken }) => {
        const { page, next } = pageOf(parameters.list(), MaxResults, NextToken);
        const described = page.map(({ Value: _value, ...rest }) => ({
          ...rest,
          ARN: parameters.arnOf(rest.Name),
          LastModifiedDate: new Date(rest.LastModifiedDate),
          DataType: "text",
        }));
        return { Parameters: described, NextToken: next };
      },
    }),
  };
}

/** One page; the token is the name that the page before ended with. */
function pageOf(all: readonly Parameter[], size: number, token: string | undefined) {
  const rest = all.filter(({ Name }) => token === undefined || Name > token);
  const page = rest.slice(0, size);
  return { page, next: rest.length > page.length ? page[page.length - 1].Name : undefined };
}

/** What a SecureString shows without decryption: text that is plainly not the value. */
function cipherText({ Name, Version }: Parameter): string {
  return Buffer.from(`encrypted:${Name}:${Version}`).toString("base64");
}

function refuseVersion(name: string): void {
  if (!name.startsWith("arn:") && name.includes(":")) {
    throw new AwsError("ValidationException", `${name}: the local runtime keeps no versions or labels of parameters.`);
  }
}

function unsupported(member: string): AwsError {
  return new AwsError("ValidationException", `${member} is not supported by the local runtime.`);
}
