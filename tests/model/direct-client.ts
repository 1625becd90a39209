/**
 * A client without protocols: hands an SDK command's input to the runtime's API as the caller that its access key stands for.
 * Serialization, signing and XML are most of what a call costs; they are tested elsewhere, so thousands of schedules can do
 * without. Authorization, faults and error names are those of the API; retries are those of the SDK's standard mode.
 */
import { Readable } from "node:stream";
import type { Runtime } from "../../local/runtime";
import { AwsError, ConnectionLost, type Api, type Caller, type ServiceName } from "../../local/api";

/** AWS SDKs reference guide, "Retry behavior": three attempts in standard mode. */
const attempts = 3;

/** What every SDK command has. */
export interface Command {
  readonly input: object;
}

/** Sends commands of one service. */
export class DirectClient {
  constructor(
    private readonly runtime: Runtime,
    private readonly service: ServiceName,
    private readonly accessKeyId: string,
  ) {}

  async send(command: Command): Promise<unknown> {
    for (let attempt = 1; ; attempt++) {
      const caller = this.caller();
      try {
        return await send(this.runtime.api, this.service, command, caller);
      } catch (error) {
        // Nothing of a process goes on after its end.
        if (caller.actor?.ended) return new Promise(() => undefined);
        if (error instanceof ConnectionLost) {
          if (attempt < attempts) continue;
          throw Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
        }
        if (!(error instanceof AwsError) || attempt === attempts || !isTransient(error)) throw error;
      }
    }
  }

  private caller() {
    return this.runtime.services.sessions.callerOf(this.accessKeyId);
  }
}

/** Makes one call. */
export async function send(api: Api, service: ServiceName, command: Command, caller: Caller): Promise<object> {
  const operation = command.constructor.name.replace(/Command$/, "");
  return withText((await api.call(service, operation, command.input, caller)) as object);
}

/** What the SDK tries again: throttling, and failures on the service's side. */
function isTransient({ code, status }: AwsError): boolean {
  return status >= 500 || /Throttl|TooManyRequests|SlowDown/.test(code);
}

/** Streams of the SDK have methods to read them at once. */
function withText(output: object): object {
  if (!("Body" in output) || !(output.Body instanceof Readable)) return output;
  const body = output.Body;
  const bytes = async (): Promise<Buffer> => {
    const chunks: Buffer[] = [];
    for await (const chunk of body) chunks.push(Buffer.from(chunk as Buffer));
    return Buffer.concat(chunks);
  };
  Object.assign(body, {
    transformToString: async () => (await bytes()).toString("utf8"),
    transformToByteArray: bytes,
  });
  return output;
}
