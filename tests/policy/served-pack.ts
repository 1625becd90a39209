/** The policy pack as Pulumi's engine runs it: in a process of its own, loaded by Pulumi, asked over gRPC. */
import { spawn, type ChildProcess } from "node:child_process";
import { join, resolve } from "node:path";
import { credentials } from "@grpc/grpc-js";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import {
  AnalyzeRequest,
  AnalyzerResource,
  AnalyzerResourceOptions,
  AnalyzeStackRequest,
  type AnalyzeResponse,
} from "@pulumi/pulumi/proto/analyzer_pb";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";

const ownPack = resolve(__dirname, "../../policy");

/** What a policy sees of a resource. */
export interface AnalyzedResource {
  readonly type: string;
  readonly name: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** The pack, until it is closed. */
export class ServedPack {
  private constructor(
    private readonly process: ChildProcess,
    private readonly client: AnalyzerClient,
  ) {}

  /** Starts the pack of a folder, by default this repository's. Rejects with what it prints if it cannot be loaded. */
  static async open(pack = ownPack): Promise<ServedPack> {
    const loader = join(require.resolve("@pulumi/pulumi/package.json"), "..", "cmd", "run-policy-pack");
    // It does not ask the engine anything before it is asked itself.
    const process_ = spawn(process.execPath, [loader, "127.0.0.1:1", "."], {
      cwd: pack,
      env: { ...process.env, PULUMI_NODEJS_TYPESCRIPT: "true" },
    });
    let printed = "";
    process_.stderr.on("data", (text: Buffer) => (printed += text.toString()));
    const port = await new Promise<string>((found, failed) => {
      process_.stdout.once("data", (text: Buffer) => found(text.toString().trim()));
      process_.once("exit", (code) => failed(new Error(`The policy pack ended with ${code}: ${printed}`)));
    });
    return new ServedPack(process_, new AnalyzerClient(`127.0.0.1:${port}`, credentials.createInsecure()));
  }

  /** What the policies say of a stack's resources, as `policy: message`: of each alone, then of all together. */
  async violations(resources: readonly AnalyzedResource[]): Promise<string[]> {
    const found: string[] = [];
    for (const each of resources) {
      const request = described(new AnalyzeRequest(), each);
      found.push(...(await this.ask((reply) => this.client.analyze(request, reply))));
    }
    const stack = new AnalyzeStackRequest();
    stack.setResourcesList(resources.map((each) => described(new AnalyzerResource(), each)));
    return [...found, ...(await this.ask((reply) => this.client.analyzeStack(stack, reply)))];
  }

  close(): void {
    this.client.close();
    this.process.kill();
  }

  private ask(call: (reply: (error: Error | null, response: AnalyzeResponse) => void) => unknown): Promise<string[]> {
    return new Promise((settle, fail) =>
      call((error, response) => {
        if (error) fail(error);
        else settle(response.getDiagnosticsList().map((one) => `${one.getPolicyname()}: ${one.getMessage()}`));
      }),
    );
  }
}

/** Fills in what both kinds of message have in common. */
function described<Message extends AnalyzeRequest | AnalyzerResource>(
  message: Message,
  { type, name, properties }: AnalyzedResource,
): Message {
  message.setType(type);
  message.setName(name);
  message.setUrn(`urn:pulumi:dev::p::${type}::${name}`);
  message.setProperties(
    Struct.fromJavaScript(JSON.parse(JSON.stringify(properties)) as Record<string, JavaScriptValue>),
  );
  message.setOptions(new AnalyzerResourceOptions());
  return message;
}
