/**
 * EventBridge's operations.
 */
import { z } from "zod";
import { AwsError, operation, type Call, type Operations, type Permission, type Place } from "../api";
import { parseInput } from "../http/parse-input";
import { readJson } from "../read-json";
import { compilePattern } from "./patterns";
import { putRule, putTargets, type Rule } from "./rule-schema";
import { nameOfBus, type EventBus } from "./rules";

/** Bytes of an entry: "Calculating Amazon EventBridge PutEvents event entry size". */
const entryLimit = 262_144;

const entry = z.object({
  Source: z.string().optional(),
  DetailType: z.string().optional(),
  Detail: z.string().optional(),
  Resources: z.array(z.string()).default([]),
  EventBusName: z.string().optional(),
  // Epoch seconds on the wire.
  Time: z.union([z.date(), z.number().transform((seconds) => new Date(seconds * 1000))]).optional(),
});
type Entry = z.output<typeof entry>;

const putEvents = z.object({ Entries: z.array(entry).min(1).max(10) });
const ruleName = z.object({ Name: z.string(), EventBusName: z.string().optional() });
const ruleOf = z.object({ Rule: z.string(), EventBusName: z.string().optional() });
const listRules = z.object({ EventBusName: z.string().optional(), NamePrefix: z.string().default("") });
const removeTargets = ruleOf.extend({ Ids: z.array(z.string()).min(1) });
const testEventPattern = z.object({ EventPattern: z.string(), Event: z.string() });

/** The operations on rules, targets and events that the runtime serves. */
export function eventsOperations(bus: EventBus, place: Place): Operations {
  const onRule = (action: string, Name: string, EventBusName?: string): Permission => ({
    action: `events:${action}`,
    resource: bus.arnOf({ Name, EventBusName }),
  });
  const setState = (name: string, state: Rule["State"]) =>
    operation({
      parse: (input) => parseInput(ruleName, input),
      permissions: ({ Name, EventBusName }) => [onRule(name, Name, EventBusName)],
      run: async ({ Name, EventBusName }) => {
        bus.setState(Name, EventBusName, state);
        return {};
      },
    });

  return {
    PutEvents: operation({
      parse: (input) => parseInput(putEvents, input),
      permissions: ({ Entries }) =>
        Entries.map(({ EventBusName, Source, DetailType }) => ({
          action: "events:PutEvents",
          resource: `arn:aws:events:${place.region}:${place.account}:event-bus/${nameOfBus(EventBusName)}`,
          context: {
            ...(Source && { "events:source": Source }),
            ...(DetailType && { "events:detail-type": DetailType }),
          },
        })),
      run: async ({ Entries }, call) => {
        const results = Entries.map((given) => putEntry(bus, given, call));
        return { FailedEntryCount: results.filter((result) => "ErrorCode" in result).length, Entries: results };
      },
    }),
    PutRule: operation({
      parse: (input) => parseInput(putRule, input),
      permissions: ({ Name, EventBusName, RoleArn }) => [
        onRule("PutRule", Name, EventBusName),
        ...(RoleArn ? [passRole(RoleArn)] : []),
      ],
      run: async (input) => bus.putRule(input),
    }),
    PutTargets: operation({
      parse: (input) => parseInput(putTargets, input),
      permissions: ({ Rule, EventBusName, Targets }) => [
        onRule("PutTargets", Rule, EventBusName),
        ...Targets.flatMap(({ RoleArn }) => (RoleArn ? [passRole(RoleArn)] : [])),
      ],
      run: async (input) => {
        bus.putTargets(input);
        return { FailedEntryCount: 0, FailedEntries: [] };
      },
    }),
    RemoveTargets: operation({
      parse: (input) => parseInput(removeTargets, input),
      permissions: ({ Rule, EventBusName }) => [onRule("RemoveTargets", Rule, EventBusName)],
      run: async ({ Rule, EventBusName, Ids }) => {
        const missing = bus.removeTargets(Rule, EventBusName, Ids);
        const FailedEntries = missing.map((TargetId) => ({
          TargetId,
          ErrorCode: "ResourceNotFoundException",
          ErrorMessage: `Rule ${Rule} has no target ${TargetId}.`,
        }));
        return { FailedEntryCount: missing.length, FailedEntries };
      },
    }),
    ListRules: operation({
      parse: (input) => parseInput(listRules, input),
      permissions: () => [{ action: "events:ListRules", resource: "*" }],
      run: async ({ EventBusName, NamePrefix }) => ({
        Rules: bus
          .list(EventBusName)
          .filter(({ Name }) => Name.startsWith(NamePrefix))
          .map((rule) => describe(rule, bus)),
      }),
    }),
    DescribeRule: operation({
      parse: (input) => parseInput(ruleName, input),
      permissions: ({ Name, EventBusName }) => [onRule("DescribeRule", Name, EventBusName)],
      run: async ({ Name, EventBusName }) => describe(bus.get(Name, EventBusName), bus),
    }),
    ListTargetsByRule: operation({
      parse: (input) => parseInput(ruleOf, input),
      permissions: ({ Rule, EventBusName }) => [onRule("ListTargetsByRule", Rule, EventBusName)],
      run: async ({ Rule, EventBusName }) => ({ Targets: bus.get(Rule, EventBusName).Targets }),
    }),
    DeleteRule: operation({
      parse: (input) => parseInput(ruleName, input),
      permissions: ({ Name, EventBusName }) => [onRule("DeleteRule", Name, EventBusName)],
      run: async ({ Name, EventBusName }) => {
        bus.deleteRule(Name, EventBusName);
        return {};
      },
    }),
    EnableRule: setState("EnableRule", "ENABLED"),
    DisableRule: setState("DisableRule", "DISABLED"),
    TestEventPattern: operation({
      parse: (input) => parseInput(testEventPattern, input),
      permissions: () => [{ action: "events:TestEventPattern", resource: "*" }],
      run: async ({ EventPattern, Event }) => ({ Result: compilePattern(EventPattern)(readTestEvent(Event)) }),
    }),
  };
}

function putEntry(bus: EventBus, given: Entry, { caller }: Pick<Call, "caller">) {
  const { Source, DetailType, Detail, Resources, EventBusName, Time } = given;
  const fault = (ErrorCode: string, ErrorMessage: string) => ({ ErrorCode, ErrorMessage });
  if (!Source) return fault("InvalidArgument", "Parameter Source is not valid. Reason: Source is a required argument.");
  if (!DetailType) {
    return fault("InvalidArgument", "Parameter DetailType is not valid. Reason: DetailType is a required argument.");
  }
  if (!Detail) return fault("InvalidArgument", "Parameter Detail is not valid. Reason: Detail is a required argument.");
  // Only AWS's own services speak as AWS.
  if (Source.startsWith("aws.") && caller.service === undefined) {
    return fault("NotAuthorizedForSourceException", "Not authorized for the source.");
  }
  const size = Buffer.byteLength([Source, DetailType, Detail, ...Resources].join("")) + (Time ? 14 : 0);
  if (size > entryLimit) {
    return fault("InvalidArgument", `The entry has ${size} bytes, and at most ${entryLimit} are allowed.`);
  }
  let detail: unknown;
  try {
    detail = readJson(Detail);
  } catch {
    return fault("MalformedDetail", "Detail is malformed.");
  }
  if (typeof detail !== "object" || detail === null || Array.isArray(detail)) {
    return fault("MalformedDetail", "Detail is malformed: it must be a JSON object.");
  }
  const event = { source: Source, "detail-type": DetailType, detail, resources: Resources, time: Time };
  return { EventId: bus.publish(event, EventBusName) };
}

function describe({ Targets: _targets, createdAt: _createdAt, ...rule }: Rule, bus: EventBus) {
  return { ...rule, Arn: bus.arnOf(rule) };
}

function passRole(role: string): Permission {
  return { action: "iam:PassRole", resource: role, context: { "iam:PassedToService": "events.amazonaws.com" } };
}

/** API reference, TestEventPattern: the event must have the members that every event has. */
function readTestEvent(text: string): unknown {
  let event: unknown;
  try {
    event = readJson(text);
  } catch (error) {
    throw new AwsError("ValidationException", `Parameter Event is not valid JSON: ${(error as Error).message}`);
  }
  // AWS's page asks for resources, too; recorded calls did without.
  const members = ["id", "account", "source", "time", "region", "detail-type"];
  const missing = members.filter((name) => !Object.hasOwn(Object(event) as object, name));
  if (missing.length > 0) throw new AwsError("ValidationException", `Parameter Event lacks ${missing.join(", ")}.`);
  return event;
}
