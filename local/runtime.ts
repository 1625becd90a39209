/**
 * The local runtime: AWS as far as a deployed program and its clients can tell, on a loopback port.
 */
import { join, resolve } from "node:path";
import { Api, type Caller, type Place, type ServiceName } from "./api";
import { deploy, NOTHING_DEPLOYED, readDeploymentState, type DeploymentCounts, type DeploymentState } from "./deploy";
import { ResourceDeployment } from "./deploy-resource";
import { Document } from "./document";
import { Faults } from "./faults/faults";
import { folderOwner, lockFolder, type FolderOwner } from "./folder-lock";
import type { ResourceGraph } from "./graph";
import { serve, type Served, type ServeOptions } from "./http/server";
import { Authorizer } from "./iam/authorizer";
import type { Deployer } from "./iam/deployer";
import { loadPolicies } from "./iam/from-graph";
import { inProcessHandler, type InProcessHandler } from "./http/in-process";
import { Journal } from "./journal";
import { LocalServices } from "./local-services";
import { serveS3 } from "./s3/rest";
import type { Signing } from "./s3/signing";
import type { RuntimeOptions } from "./runtime-options";
import { ownerCalls, type Services } from "./resources/services";

/** What there is once the account is known. */
interface Playing {
  readonly place: Place;
  readonly services: LocalServices;
  readonly authorizer: Authorizer;
}

/** The services of one stack, open in this process. */
export class Runtime {
  /** What happens, as it happens. */
  readonly journal: Journal;
  /** In-process door to the services: every call is authorized as the caller given. */
  readonly api: Api;
  /** Faults on request: `runtime.faults.plan = { seed: 1, rates: { throttle: 0.1 } }` at any time; undefined ends them. */
  readonly faults: Faults;
  private deploying: Promise<unknown> = Promise.resolve();
  private served: Served | undefined;
  private unlock: (() => void) | undefined;
  private state: Document<DeploymentState> | undefined;
  private playing: Playing | undefined;

  private constructor(private readonly options: RuntimeOptions) {
    this.journal = new Journal(options.now);
    this.faults = new Faults(this.journal);
    this.faults.plan = options.faults;
    this.api = new Api(
      (...call) => this.play.authorizer.authorize(...call),
      this.faults.interfere,
      (caller, service) => this.reach(caller, service),
    );
  }

  /**
   * Opens the runtime of a folder and serves it. Executions that an earlier process left running go on, and so do
   * deliveries and asynchronous invocations.
   * Throws an error that names the process and its endpoint if the folder is open already, or if the port is taken.
   */
  static async open(options: RuntimeOptions): Promise<Runtime> {
    const runtime = new Runtime({ ...options, folder: resolve(options.folder) });
    try {
      await runtime.begin();
    } catch (error) {
      await runtime.close();
      throw error;
    }
    return runtime;
  }

  /** The live process that has a folder open, and where it serves; undefined if there is none. */
  static running(folder: string): FolderOwner | undefined {
    return folderOwner(resolve(folder));
  }

  /** `http://127.0.0.1:<port>`. */
  get endpoint(): string {
    if (!this.served) throw new Error(`The runtime of ${this.options.folder} is closed.`);
    return this.served.endpoint;
  }

  /** Account and region; undefined until something is deployed, unless they were given. */
  get place(): Place | undefined {
    return this.playing?.place;
  }

  /** The account's root: who deploys, and whoever uses an access key that is no role's. */
  get owner(): Caller {
    return { principalArn: `arn:aws:iam::${this.place?.account ?? "000000000000"}:root` };
  }

  /** The services themselves, for what their operations do not offer. Throws while the account is not known. */
  get services(): LocalServices {
    return this.play.services;
  }

  /** The deployed roles and policies, and which of them were used. Throws while the account is not known. */
  get authorizer(): Authorizer {
    return this.play.authorizer;
  }

  /** What is deployed; null before the first deployment. */
  get deployed(): ResourceGraph | null {
    return this.state?.value.graph ?? null;
  }

  /** Environment variables with which AWS clients and tools use this runtime as the account's owner. */
  environment(): Record<string, string> {
    const region = this.place?.region ?? "us-east-1";
    return {
      AWS_ENDPOINT_URL: this.endpoint,
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      AWS_ACCESS_KEY_ID: "local",
      AWS_SECRET_ACCESS_KEY: "local",
    };
  }

  /**
   * A request handler for SDK clients in this process: calls reach the runtime without sockets, by the same routing and
   * with the same authorization as over the loopback port. E.g.
   * `new S3Client({ endpoint: runtime.endpoint, requestHandler: runtime.requestHandler(), … })`.
   */
  requestHandler(): InProcessHandler {
    const isOver = (accessKeyId: string) => this.playing?.services.sessions.hasEnded(accessKeyId) ?? false;
    return inProcessHandler(this.api, { ...this.serving, isOver });
  }

  /**
   * Brings the services to what `graph` describes; see {@link deploy}. Deployments that are asked for meanwhile follow one
   * another. Throws a `DeploymentError` with all faults of the graph, before anything is changed.
   *
   * `as`: who deploys, by the ARN of a role that is deployed or by policies; what it may not do with roles, and with what takes
   * them, is a fault in AWS's words. Default: the account's owner.
   */
  async deploy(graph: ResourceGraph, { as }: { readonly as?: Deployer } = {}): Promise<DeploymentCounts> {
    return this.afterDeployments(() => this.bring(graph, as));
  }

  /** Removes all that is deployed, as `pulumi destroy` would: what is protected or retained is treated as there. */
  async destroy(): Promise<DeploymentCounts> {
    return this.afterDeployments(async () => {
      const { deployed } = this;
      if (!deployed) return { created: 0, updated: 0, unchanged: 0, deleted: 0 };
      return this.bring({ ...deployed, resources: [], outputs: {} });
    });
  }

  /** Deployments compare what is there with what is wanted: two at a time would each undo or repeat the other's work. */
  private async afterDeployments<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.deploying.then(work, work);
    this.deploying = mine;
    return mine;
  }

  /**
   * Lets `work` create, change and remove single resources of a place, as a resource provider does; `project` and `stack` are
   * whose they are. It waits for its turn after other deployments.
   */
  async deployResources<T>(
    of: Pick<ResourceGraph, "project" | "stack"> & Place,
    work: (deployment: ResourceDeployment) => Promise<T>,
  ): Promise<T> {
    return this.afterDeployments(() => {
      const { state, services } = this.open(of);
      return work(new ResourceDeployment({ ...of, resources: [], outputs: {} }, services, state));
    });
  }

  private async bring(graph: ResourceGraph, as?: Deployer): Promise<DeploymentCounts> {
    const { state, services } = this.open(graph);
    return deploy(graph, services, state, as);
  }

  /** What deployments to a place act on. */
  private open({ account, region }: Place): { state: Document<DeploymentState>; services: Services } {
    const { state } = this;
    if (!state) throw new Error(`The runtime of ${this.options.folder} is closed.`);
    const { place, services, authorizer } = this.playing ?? this.start({ account, region });
    if (place.account !== account || place.region !== region) {
      throw new Error(
        `The runtime of ${this.options.folder} plays account ${place.account} in ${place.region}; ` +
          `the program is for account ${account} in ${region}.`,
      );
    }
    const call = ownerCalls((...named) => this.api.call(...named, this.owner));
    return { state, services: { ...services, call, authorizer } };
  }

  /** Resolves when nothing is under way; what is merely due later does not count. */
  whenIdle(): Promise<void> {
    return this.journal.whenIdle();
  }

  /** Stops serving and gives the folder back. Running executions are aborted; other pending work waits on disk. */
  async close(): Promise<void> {
    const { playing, served, unlock } = this;
    this.playing = this.served = this.unlock = this.state = undefined;
    await playing?.services.close();
    await served?.close();
    unlock?.();
  }

  private async begin(): Promise<void> {
    const { folder, port } = this.options;
    this.served = await serve(this.api, { ...this.serving, port });
    this.unlock = lockFolder(folder, this.served.endpoint);
    this.state = new Document(join(folder, "deployed.json"), readDeploymentState, NOTHING_DEPLOYED);
    const { graph } = this.state.value;
    const place = graph ? { account: graph.account, region: graph.region } : this.options.place;
    if (!place) return;
    const { authorizer, services } = this.start(place);
    if (graph) loadPolicies(authorizer, graph);
    services.resume();
  }

  private start(place: Place): Playing {
    const { folder, pace, now, functionProcess, addedServices } = this.options;
    const { api, journal, faults } = this;
    const authorizer = new Authorizer(place, now);
    const services = new LocalServices({
      folder,
      place,
      api,
      journal,
      endpoint: () => this.endpoint,
      assumeRole: (service, role, source) => authorizer.assumeRole(service, role, source),
      faults,
      functionProcess,
      pace,
      now,
      addedServices,
    });
    this.playing = { place, services, authorizer };
    return this.playing;
  }

  /** Tells of calls that find no way out of a VPC: whoever makes them sees a broken connection only. */
  private reach(caller: Caller, service: ServiceName): void {
    try {
      this.playing?.authorizer.reach(caller, service);
    } catch (error) {
      this.journal.record({
        kind: "unreachable",
        caller: caller.principalArn,
        service,
        reason: (error as Error).message,
      });
      throw error;
    }
  }

  private get serving(): ServeOptions {
    return {
      callerOf: (accessKeyId) => this.callerOf(accessKeyId),
      s3: (request, response, api, caller) => serveS3(request, response, api, caller, this.signing),
    };
  }

  private get signing(): Signing {
    const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = this.environment();
    return {
      secretOf: (key) =>
        key === AWS_ACCESS_KEY_ID ? AWS_SECRET_ACCESS_KEY : this.playing?.services.sessions.secretOf(key),
      callerOf: (key) => this.callerOf(key),
      now: this.options.now ?? (() => new Date()),
    };
  }

  private get play(): Playing {
    if (!this.playing) throw new Error(`Nothing is deployed in ${this.options.folder} yet.`);
    return this.playing;
  }

  private callerOf(accessKeyId: string | undefined): Caller {
    // Who does not sign is nobody, and may do what is open to everyone.
    if (accessKeyId === undefined) return { principalArn: "anonymous" };
    return this.playing?.services.sessions.callerOf(accessKeyId) ?? this.owner;
  }
}
