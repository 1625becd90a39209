/** What a target says of failing deliveries. EventBridge API reference, "Target"; EventBridge Scheduler API reference, "Target". */
import { z } from "zod";

/** Members of a target's schema. */
export const deliveryOptions = {
  DeadLetterConfig: z
    .object({ Arn: z.string().startsWith("arn:aws:sqs:", "must be the ARN of a queue").optional() })
    .optional(),
  RetryPolicy: z
    .object({
      MaximumRetryAttempts: z.number().int().min(0).max(185).optional(),
      MaximumEventAgeInSeconds: z.number().int().min(60).max(86400).optional(),
    })
    .optional(),
};
