/** Events that could not be handled: they wait in the lake's queue of dead letters. */
import { GetQueueAttributesCommand, GetQueueUrlCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { Lake } from "./lake";

/** How many there are, roughly, as SQS counts. */
export async function countDeadLetters({ outputs, clients }: Pick<Lake, "outputs" | "clients">): Promise<number> {
  const sqs = new SQSClient(clients);
  try {
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: `${outputs.workgroup}-dead-letters` }));
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["ApproximateNumberOfMessages"] }),
    );
    return Number(Attributes?.ApproximateNumberOfMessages ?? 0);
  } finally {
    sqs.destroy();
  }
}
