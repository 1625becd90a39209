/**
 * The wire of the providers: servers of Pulumi's provider protocol on the loopback interface, for an engine that is told by
 * `PULUMI_DEBUG_PROVIDERS` to use them in place of plugins of its own.
 */
import { createRequire } from "node:module";
import { join } from "node:path";
import * as grpc from "@grpc/grpc-js";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderService, type IResourceProviderServer } from "@pulumi/pulumi/proto/provider_grpc_pb";
import {
  CheckFailure,
  CheckResponse,
  ConfigureResponse,
  ConstructResponse,
  CreateResponse,
  DiffResponse,
  InvokeResponse,
  ReadResponse,
  UpdateResponse,
} from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { z } from "zod";
import { AwsProvider, type AwsProviderOptions, type PropertyFault, type Subject } from "./aws";
import { constructComponent } from "./component";
import { propertiesOf, structOf } from "./properties";

/** Archives travel with their text: the engine's own limit is as large. */
const LARGEST_MESSAGE = 400 * 1024 * 1024;

/** Running providers. */
export interface ServedProviders {
  /** Environment variables with which `pulumi` uses them. */
  environment(): Record<string, string>;
  close(): void;
}

/**
 * Serves the providers of a runtime on free ports of 127.0.0.1.
 *
 * @example
 * const providers = await serveProviders({ runtime, program: "my-program", archives: ".tributary/local/archives" });
 * spawn("pulumi", ["up"], { env: { ...process.env, ...providers.environment() } });
 */
export async function serveProviders(options: AwsProviderOptions): Promise<ServedProviders> {
  const { program } = options;
  const [aws, awsx] = await Promise.all([
    serve({ ...basicMethods("@pulumi/aws", program), ...awsMethods(new AwsProvider(options)) }),
    serve({ ...basicMethods("@pulumi/awsx", program), ...awsxMethods(options) }),
  ]);
  return {
    environment: () => ({ PULUMI_DEBUG_PROVIDERS: `aws:${aws.port},awsx:${awsx.port}` }),
    close: () => {
      aws.server.forceShutdown();
      awsx.server.forceShutdown();
    },
  };
}

type Methods = Partial<IResourceProviderServer>;

async function serve(methods: Methods): Promise<{ server: grpc.Server; port: number }> {
  const server = new grpc.Server({
    "grpc.max_receive_message_length": LARGEST_MESSAGE,
    "grpc.max_send_message_length": LARGEST_MESSAGE,
  });
  // What is left out answers "unimplemented", which the engine takes for an older provider.
  server.addService(ResourceProviderService, methods as grpc.UntypedServiceImplementation);
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  return { server, port };
}

/** What every provider answers; it is as new as the program's package of it. */
function basicMethods(packageName: string, program: string): Methods {
  return {
    attach: answering(() => new Empty()),
    cancel: answering(() => new Empty()),
    getPluginInfo: answering(() => new PluginInfo().setVersion(installedVersion(packageName, program))),
  };
}

/** The version of a package that a program uses; empty if it uses none. */
function installedVersion(packageName: string, program: string): string {
  try {
    const manifest: unknown = createRequire(join(program, "index.ts"))(`${packageName}/package.json`);
    return z.object({ version: z.string() }).parse(manifest).version;
  } catch {
    return "";
  }
}

function awsxMethods({ runtime }: AwsProviderOptions): Methods {
  return {
    // Who makes resources for a program has to be trusted with its secrets.
    configure: answering(() => new ConfigureResponse().setAcceptsecrets(true).setSupportspreview(true)),
    construct: answering(async (request) => {
      const { urn, outputs } = await constructComponent(request, runtime.place?.region ?? "us-east-1");
      return new ConstructResponse().setUrn(urn).setState(structOf(outputs));
    }),
  };
}

function awsMethods(provider: AwsProvider): Methods {
  return {
    configure: answering((request) => {
      provider.configure(propertiesOf(request.getArgs()));
      // Secrets come unwrapped, and the engine knows which of the outputs are secret again; resources come as their ids.
      return new ConfigureResponse().setSupportspreview(true);
    }),
    invoke: answering((request) => {
      return new InvokeResponse().setReturn(
        structOf(provider.invoke(request.getTok(), propertiesOf(request.getArgs()))),
      );
    }),
    check: answering((request) => {
      const seed = request.getRandomseed_asB64();
      const [olds, news] = [propertiesOf(request.getOlds()), propertiesOf(request.getNews())];
      const { inputs, faults } = provider.check(subjectOf(request), olds, news, seed);
      return new CheckResponse().setInputs(structOf(inputs)).setFailuresList(faults.map(failure));
    }),
    diff: answering((request) => {
      const { type } = subjectOf(request);
      const before = propertiesOf(request.getOldInputs() ?? request.getOlds());
      const difference = provider.diff(type, before, propertiesOf(request.getNews()));
      const { DIFF_NONE, DIFF_SOME } = DiffResponse.DiffChanges;
      return new DiffResponse()
        .setChanges(difference.changed.length > 0 ? DIFF_SOME : DIFF_NONE)
        .setDiffsList([...difference.changed])
        .setReplacesList([...difference.replaces])
        .setDeletebeforereplace(difference.deleteBeforeReplace);
    }),
    create: answering(async (request) => {
      const [subject, inputs] = [subjectOf(request), propertiesOf(request.getProperties())];
      const known = request.getPreview() ? provider.planned(subject, inputs) : await provider.create(subject, inputs);
      return new CreateResponse().setId(known.id).setProperties(structOf(known.outputs));
    }),
    read: answering(async (request) => {
      const known = await provider.read(subjectOf(request), request.getId(), propertiesOf(request.getProperties()));
      return new ReadResponse()
        .setId(known.id)
        .setProperties(structOf(known.outputs))
        .setInputs(request.getInputs() ?? structOf(known.outputs));
    }),
    update: answering(async (request) => {
      const subject = subjectOf(request);
      const [last, before] = [propertiesOf(request.getOlds()), propertiesOf(request.getOldInputs())];
      const inputs = propertiesOf(request.getNews());
      const outputs = request.getPreview()
        ? provider.updated(subject, last, before, inputs)
        : await provider.update(subject, request.getId(), last, before, inputs);
      return new UpdateResponse().setProperties(structOf(outputs));
    }),
    delete: answering(async (request) => {
      await provider.delete(subjectOf(request), request.getId());
      return new Empty();
    }),
  };
}

/** Makes a method of the protocol of a function that returns, or promises, its answer; what it throws is told as its message. */
function answering<Request, Response>(
  answer: (request: Request) => Response | Promise<Response>,
): grpc.handleUnaryCall<Request, Response> {
  return (call, reply) => {
    void (async () => answer(call.request))().then(
      (response) => reply(null, response),
      (error: unknown) => reply({ code: grpc.status.UNKNOWN, details: (error as Error).message }),
    );
  };
}

/** Which resource a request is about: its URN says it all. */
function subjectOf(request: { getUrn(): string }): Subject {
  const urn = request.getUrn();
  const [, , qualifiedType = "", ...name] = urn.slice("urn:pulumi:".length).split("::");
  return { urn, type: qualifiedType.split("$").pop() ?? "", name: name.join("::") };
}

function failure({ property, reason }: PropertyFault): CheckFailure {
  return new CheckFailure().setProperty(property).setReason(reason);
}
