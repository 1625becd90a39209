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
    answer(reply, () => {
      const type = request.getType();
      const urn = this.urnOf(request.getParent(), type, request.getName());
      if (this.byUrn.has(urn) || urn === this.stackUrn) {
        throw new Error(`Two resources have the type ${type} and the name "${request.getName()}": rename one.`);
      }
      const raw = members(request.getObject());
      const inputs = plainObject(raw, this.evaluation.archives, process.cwd());
      const computed = this.computed(request, urn, inputs);
      const parent = this.byUrn.get(request.getParent());
      const protect = request.getProtect();
      // The engine lets children inherit this option; the SDK hands it over for the resource itself only.
      const retainOnDelete = request.hasRetainondelete() ? request.getRetainondelete() : parent?.options.retainOnDelete;
      if (type === STACK) this.stackUrn = urn;
      else {
        this.byUrn.set(urn, {
          urn,
          type,
          name: request.getName(),
          id: computed.id,
          ...(parent ? { parent: parent.urn } : {}),
          component: !request.getCustom(),
          dependencies: request.getDependenciesList(),
          inputs,
          outputs: { ...inputs, ...computed.outputs },
          options: { ...(protect ? { protect } : {}), ...(retainOnDelete ? { retainOnDelete } : {}) },
        });
      }
      const response = new RegisterResourceResponse();
      response.setUrn(urn);
      response.setId(request.getCustom() ? computed.id : "");
      response.setObject(struct({ ...(withoutContents(raw) as Members), ...computed.outputs }));
      return response;
    });
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
  private computed(request: RegisterResourceRequest, urn: string, inputs: Members): { id: string; outputs: Members } {
    const type = request.getType();
    // Components of the program's own exist only in it; those of a provider would create resources that nobody sees here.
    if (!request.getCustom() && !request.getRemote()) return { id: "", outputs: {} };
    const known = resourceTypes[type];
    if (!known) throw new Error(`The local runtime has no ${type}.`);
    if (this.evaluation.preview) return { id: "", outputs: {} };
    const name = physicalName(known, inputs, request.getName(), urn);
    const { id, ...outputs } = known.computed({ inputs, name, urn, place: this.evaluation.place });
    return { id, outputs: { ...outputs, ...(known.naming ? { [known.naming.property]: name } : {}) } };
  }

  private urnOf(parent: string, type: string, name: string): string {
    const parentType = parent && parent !== this.stackUrn ? `${parent.split("::")[2] ?? ""}$` : "";
    return `urn:pulumi:${this.evaluation.stack}::${this.evaluation.project}::${parentType}${type}::${name}`;
  }
}

/** Replies with what `make` returns or throws; always later, as a remote engine would. */
function answer<Response>(reply: Reply<Response>, make: () => Response): void {
  setImmediate(() => {
    let response: Response;
    try {
      response = make();
    } catch (error) {
      // Where an error of gRPC is expected, its text is in `details`.
      reply(Object.assign(error as Error, { details: (error as Error).message }));
      return;
    }
    reply(null, response);
  });
}

function members(value: Struct | undefined): Members {
  return value?.toJavaScript() ?? {};
}

function struct(value: Members): Struct {
  return Struct.fromJavaScript(value as Record<string, JavaScriptValue>);
}
