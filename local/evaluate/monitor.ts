/**
 * Stands where Pulumi's engine and the AWS provider stand while a program runs: answers each registration with what AWS
 * would compute, and keeps what was registered.
 */
import { InvokeResponse } from "@pulumi/pulumi/proto/provider_pb";
import {
  RegisterResourceResponse,
  SupportsFeatureResponse,
  type ReadResourceRequest,
  type RegisterResourceOutputsRequest,
  type RegisterResourceRequest,
  type ResourceInvokeRequest,
  type SupportsFeatureRequest,
} from "@pulumi/pulumi/proto/resource_pb";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import type { Place } from "../api";
import type { Resource } from "../graph";
import { providerComponents, type ProviderComponent } from "../awsx";
import { resourceTypes } from "../resources";
import { physicalName } from "../resources/resource-type";
import { invoke } from "./invokes";
import { plainObject, withoutContents } from "./wire";

const STACK = "pulumi:pulumi:Stack";

/** What Pulumi's SDK may use; without the others, secrets arrive unwrapped and references to resources as their ids. */
const FEATURES = new Set([
  "deletedWith",
  "replaceWith",
  "aliasSpecs",
  "parameterization",
  "resourceHooks",
  "errorHooks",
]);

/** What one evaluation is about. */
export interface Evaluation {
  readonly project: string;
  readonly stack: string;
  readonly place: Place;
  /** In preview nothing that AWS would compute is known. */
  readonly preview: boolean;
  /** Folder for the code of functions. */
  readonly archives: string;
}

type Reply<Response> = (error: Error | null, response?: Response) => void;
type Members = Readonly<Record<string, unknown>>;

/** A resource that is to be registered. */
interface Registration {
  readonly type: string;
  readonly name: string;
  /** URN. */
  readonly parent: string;
  /** URNs. */
  readonly dependencies: readonly string[];
  readonly custom: boolean;
  readonly raw: Members;
  readonly protect?: boolean;
  readonly retainOnDelete?: boolean;
}

/** A resource that is registered; what is not known of it is left out. */
interface Registered {
  readonly urn: string;
  readonly name: string;
  readonly id: string;
  readonly inputs: Members;
  readonly computed: Members;
}

/** The engine's side of one evaluation. */
export class Monitor {
  private readonly byUrn = new Map<string, Resource>();
  private stackUrn = "";
  private stackOutputs: Members = {};

  constructor(private readonly evaluation: Evaluation) {}

  /** The resources registered so far, in the order of their registration. */
  get resources(): readonly Resource[] {
    return [...this.byUrn.values()];
  }

  /** What the program exports. */
  get outputs(): Members {
    return this.stackOutputs;
  }

  supportsFeature(request: SupportsFeatureRequest, reply: Reply<SupportsFeatureResponse>): void {
    answer(reply, () => {
      const response = new SupportsFeatureResponse();
      response.setHassupport(FEATURES.has(request.getId()));
      return response;
    });
  }

  /** Packages of parametrised providers need no provider here. */
  registerPackage(_request: unknown, reply: Reply<{ getRef(): string }>): void {
    answer(reply, () => ({ getRef: () => "local" }));
  }

  invoke(request: ResourceInvokeRequest, reply: Reply<InvokeResponse>): void {
    answer(reply, () => {
      const args = plainObject(members(request.getArgs()), this.evaluation.archives, process.cwd());
      const response = new InvokeResponse();
      response.setReturn(struct(invoke(request.getTok(), args, this.evaluation.place)));
      return response;
    });
  }

  readResource(request: ReadResourceRequest, reply: Reply<never>): void {
    answer(reply, () => {
      throw new Error(
        `The local runtime starts from nothing, so there is no existing ${request.getType()} "${request.getName()}" to read.`,
      );
    });
  }

  registerResource(request: RegisterResourceRequest, reply: Reply<RegisterResourceResponse>): void {
    answer(reply, async () => {
      const type = request.getType();
      const raw = members(request.getObject());
      const component = request.getCustom() ? undefined : providerComponents[type];
      if (request.getRemote() && !component) throw new Error(`The local runtime has no component ${type}.`);
      const registered = this.register({
        type,
        name: request.getName(),
        parent: request.getParent(),
        dependencies: request.getDependenciesList(),
        custom: request.getCustom(),
        raw,
        protect: request.getProtect(),
        retainOnDelete: request.hasRetainondelete() ? request.getRetainondelete() : undefined,
      });
      const made = component && request.getRemote() ? await this.construct(component, registered) : {};
      const response = new RegisterResourceResponse();
      response.setUrn(registered.urn);
      response.setId(request.getCustom() ? registered.id : "");
      response.setObject(struct({ ...(withoutContents(raw) as Members), ...registered.computed, ...made }));
      return response;
    });
  }

  /** Registers what a provider's component consists of, as the provider would; returns the component's outputs. */
  private async construct(make: ProviderComponent, component: Registered): Promise<Members> {
    const { region } = this.evaluation.place;
    const outputs = await make(
      component.name,
      component.inputs,
      region,
      async (type, name, raw, { parent, dependsOn = [] }) => {
        const dependencies = dependsOn.map(({ urn }) => urn);
        const child = this.register({
          type,
          name,
          parent: parent?.urn ?? component.urn,
          dependencies,
          custom: true,
          raw,
        });
        return { urn: child.urn, id: child.id, outputs: { ...child.inputs, ...child.computed } };
      },
    );
    const resource = this.byUrn.get(component.urn);
    const known = plainObject(outputs, this.evaluation.archives, process.cwd());
    if (resource) this.byUrn.set(component.urn, { ...resource, outputs: { ...resource.outputs, ...known } });
    return outputs;
  }

  /** Keeps a resource. Throws if there is one of that type and name, or the local runtime has no such type. */
  private register(registration: Registration): Registered {
    const { type, name, custom, raw, protect } = registration;
    const urn = this.urnOf(registration.parent, type, name);
    if (this.byUrn.has(urn) || urn === this.stackUrn) {
      throw new Error(`Two resources have the type ${type} and the name "${name}": rename one.`);
    }
    const inputs = plainObject(raw, this.evaluation.archives, process.cwd());
    const { id, outputs: computed } = custom ? this.computed(type, name, urn, inputs) : { id: "", outputs: {} };
    const parent = this.byUrn.get(registration.parent);
    // The engine lets children inherit this option; the SDK hands it over for the resource itself only.
    const retainOnDelete = registration.retainOnDelete ?? parent?.options.retainOnDelete;
    if (type === STACK) this.stackUrn = urn;
    else {
      this.byUrn.set(urn, {
        urn,
        type,
        name,
        id,
        ...(parent ? { parent: parent.urn } : {}),
        component: !custom,
        dependencies: registration.dependencies,
        inputs,
        outputs: { ...inputs, ...computed },
        options: { ...(protect ? { protect } : {}), ...(retainOnDelete ? { retainOnDelete } : {}) },
      });
    }
    return { urn, name, id, inputs, computed };
  }

  registerResourceOutputs(request: RegisterResourceOutputsRequest, reply: Reply<object>): void {
    answer(reply, () => {
      const outputs = plainObject(members(request.getOutputs()), this.evaluation.archives, process.cwd());
      const urn = request.getUrn();
      const resource = this.byUrn.get(urn);
      if (urn === this.stackUrn) this.stackOutputs = outputs;
      else if (resource) this.byUrn.set(urn, { ...resource, outputs: { ...resource.outputs, ...outputs } });
      return {};
    });
  }

  /** Id (empty while unknown) and output properties of a resource. Throws for a type that the local runtime has not. */
  private computed(type: string, logicalName: string, urn: string, inputs: Members): { id: string; outputs: Members } {
    const known = resourceTypes[type];
    if (!known) throw new Error(`The local runtime has no ${type}.`);
    if (this.evaluation.preview) return { id: "", outputs: {} };
    const name = physicalName(known, inputs, logicalName, urn);
    const { id, ...outputs } = known.computed({ inputs, name, urn, place: this.evaluation.place });
    return { id, outputs: { ...outputs, ...(known.naming ? { [known.naming.property]: name } : {}) } };
  }

  private urnOf(parent: string, type: string, name: string): string {
    const parentType = parent && parent !== this.stackUrn ? `${parent.split("::")[2] ?? ""}$` : "";
    return `urn:pulumi:${this.evaluation.stack}::${this.evaluation.project}::${parentType}${type}::${name}`;
  }
}

/** Replies with what `make` returns, promises or throws; always later, as a remote engine would. */
function answer<Response>(reply: Reply<Response>, make: () => Response | Promise<Response>): void {
  setImmediate(() => {
    void (async () => make())().then(
      (response) => reply(null, response),
      // Where an error of gRPC is expected, its text is in `details`.
      (error: Error) => reply(Object.assign(error, { details: error.message })),
    );
  });
}

function members(value: Struct | undefined): Members {
  return value?.toJavaScript() ?? {};
}

function struct(value: Members): Struct {
  return Struct.fromJavaScript(value as Record<string, JavaScriptValue>);
}
