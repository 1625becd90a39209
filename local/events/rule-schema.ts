/**
 * The members of rules and their targets, as PutRule and PutTargets take them and as a rule is kept.
 */
import { z } from "zod";
import { deliveryOptions } from "./delivery-options";

const busName = z.string().regex(/^(arn:aws:events:[a-z0-9-]+:\d{12}:event-bus\/)?[\w./-]{1,256}$/);

/** Input of `PutRule`. */
export const putRule = z.object({
  Name: z.string().regex(/^[\w.-]{1,64}$/, "must be 1 to 64 of A-Z a-z 0-9 _ . -"),
  EventBusName: busName.optional(),
  /** JSON text. */
  EventPattern: z.string().optional(),
  ScheduleExpression: z.string().optional(),
  State: z.enum(["ENABLED", "DISABLED"]).default("ENABLED"),
  Description: z.string().optional(),
  RoleArn: z.string().optional(),
});

const target = z.strictObject({
  Id: z.string().regex(/^[\w.-]{1,64}$/, "must be 1 to 64 of A-Z a-z 0-9 _ . -"),
  Arn: z.string().startsWith("arn:aws:", "must be an ARN"),
  RoleArn: z.string().optional(),
  Input: z.string().max(8192).optional(),
  InputPath: z.string().optional(),
  InputTransformer: z
    .object({ InputPathsMap: z.record(z.string(), z.string()).optional(), InputTemplate: z.string().min(1).max(8192) })
    .optional(),
  ...deliveryOptions,
});

/** Input of `PutTargets`. */
export const putTargets = z.object({
  Rule: z.string(),
  EventBusName: busName.optional(),
  Targets: z.array(target).min(1).max(100),
});

/** A rule with its targets. */
export const rule = putRule.extend({
  EventBusName: z.string(),
  Targets: z.array(target),
  /** When the rule was made: where its rate expression counts from. */
  createdAt: z.iso.datetime(),
});

/** A rule as it is kept. */
export type Rule = z.output<typeof rule>;
