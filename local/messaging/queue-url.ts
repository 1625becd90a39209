/**
 * A queue's names: ARN and URL.
 */

/** The URL of the queue with that ARN, as AWS has it; calls inside the runtime read only its path. */
export function queueUrl(queueArn: string): string {
  const [, , , region, account, name] = queueArn.split(":");
  return `https://sqs.${region}.amazonaws.com/${account}/${name}`;
}

/** The queue's name at the end of a URL, whatever host it names; undefined if it has no `/<account>/<name>`. */
export function queueNameOf(url: string): string | undefined {
  return /\/\d{12}\/([\w-]{1,80}(?:\.fifo)?)$/.exec(url)?.[1];
}

/**
 * A text in which the URLs of a region's queues lead to the runtime. A client of SQS sends to the host of `QueueUrl`, whatever
 * `AWS_ENDPOINT_URL` says: AWS SDK for JavaScript, `useQueueUrlAsEndpoint`.
 */
export function leadingQueueUrls(text: string, region: string, endpoint: string): string {
  return text.replaceAll(`https://sqs.${region}.amazonaws.com/`, `${endpoint}/`);
}
