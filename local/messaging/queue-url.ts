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
