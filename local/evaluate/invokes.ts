/**
 * The provider functions (data sources) that a program may call, answered from the place it is evaluated for.
 */
import type { Place } from "../api";
import { zonesOf } from "../awsx/vpc";
import { s3PrefixList } from "../resources/ec2";

type Arguments = Readonly<Record<string, unknown>>;

const functions: Readonly<Record<string, (place: Place, args: Arguments) => Record<string, unknown>>> = {
  "aws:index/getCallerIdentity:getCallerIdentity": ({ account }) => ({
    id: account,
    accountId: account,
    arn: `arn:aws:iam::${account}:root`,
    userId: account,
  }),
  "aws:index/getRegion:getRegion": ({ region }) => ({
    id: region,
    name: region,
    region,
    description: region,
    endpoint: `ec2.${region}.amazonaws.com`,
  }),
  "aws:index/getPartition:getPartition": () => ({
    id: "aws",
    partition: "aws",
    dnsSuffix: "amazonaws.com",
    reverseDnsPrefix: "com.amazonaws",
  }),
  "aws:ec2/getAvailabilityZones:getAvailabilityZones": ({ region }) => ({ id: region, names: zonesOf(region) }),
  "aws:ec2/getManagedPrefixList:getManagedPrefixList": ({ account, region }, { name }) => {
    if (name !== `com.amazonaws.${region}.s3`) throw new Error(`The local runtime has no prefix list ${String(name)}.`);
    const id = s3PrefixList(region);
    return { id, name, arn: `arn:aws:ec2:${region}:aws:prefix-list/${id}`, ownerId: account, addressFamily: "IPv4" };
  },
  "aws:iam/getPolicyDocument:getPolicyDocument": (_place, args) => {
    const json = JSON.stringify(policyDocument(args));
    return { ...args, id: "policy", json, minifiedJson: json };
  },
};

/** Calls a provider function. Throws if the local runtime has none of that name. */
export function invoke(token: string, args: Arguments, place: Place): Record<string, unknown> {
  const found = functions[token];
  if (!found) throw new Error(`The local runtime has no provider function ${token}.`);
  return found(place, args);
}

interface Statement {
  readonly sid?: string;
  readonly effect?: string;
  readonly actions?: readonly string[];
  readonly notActions?: readonly string[];
  readonly resources?: readonly string[];
  readonly notResources?: readonly string[];
  readonly principals?: readonly Principal[];
  readonly notPrincipals?: readonly Principal[];
  readonly conditions?: readonly { test: string; variable: string; values: readonly string[] }[];
}

interface Principal {
  readonly type: string;
  readonly identifiers: readonly string[];
}

function policyDocument(args: Arguments): object {
  for (const property of ["sourcePolicyDocuments", "overridePolicyDocuments"]) {
    if (args[property] !== undefined) {
      throw new Error(`The local runtime's getPolicyDocument does not merge documents: leave out ${property}.`);
    }
  }
  const statements = (args.statements ?? []) as readonly Statement[];
  return {
    Version: args.version ?? "2012-10-17",
    ...(args.policyId === undefined ? {} : { Id: args.policyId }),
    Statement: statements.map((statement) => ({
      Sid: statement.sid,
      Effect: statement.effect ?? "Allow",
      Action: one(statement.actions),
      NotAction: one(statement.notActions),
      Resource: one(statement.resources),
      NotResource: one(statement.notResources),
      Principal: principals(statement.principals),
      NotPrincipal: principals(statement.notPrincipals),
      Condition: conditions(statement.conditions),
    })),
  };
}

function one(values: readonly string[] | undefined): string | readonly string[] | undefined {
  return values?.length === 1 ? values[0] : values;
}

function principals(values: readonly Principal[] | undefined): unknown {
  if (!values?.length) return undefined;
  if (values.some(({ type }) => type === "*")) return "*";
  const byType: Record<string, string[]> = {};
  for (const { type, identifiers } of values) (byType[type] ??= []).push(...identifiers);
  return Object.fromEntries(Object.entries(byType).map(([type, identifiers]) => [type, one(identifiers)]));
}

function conditions(values: Statement["conditions"]): unknown {
  if (!values?.length) return undefined;
  const byTest: Record<string, Record<string, unknown>> = {};
  for (const { test, variable, values: expected } of values) (byTest[test] ??= {})[variable] = one(expected);
  return byTest;
}
