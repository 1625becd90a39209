/**
 * The resources of a component that a provider makes: registered with the engine that asked for it, as children of the
 * component.
 */
import * as grpc from "@grpc/grpc-js";
import type { ConstructRequest } from "@pulumi/pulumi/proto/provider_pb";
import { ResourceMonitorClient } from "@pulumi/pulumi/proto/resource_grpc_pb";
import {
  RegisterResourceOutputsRequest,
  RegisterResourceRequest,
  type RegisterResourceResponse,
} from "@pulumi/pulumi/proto/resource_pb";
import type { Child, Register } from "../awsx/vpc";
import { propertiesOf, structOf, type Properties } from "./properties";

/** Registers one component and its children. */
export class Children {
  private readonly monitor: ResourceMonitorClient;
  private parent = "";

  constructor(private readonly request: ConstructRequest) {
    this.monitor = new ResourceMonitorClient(request.getMonitorendpoint(), grpc.credentials.createInsecure());
  }

  /** Registers the component itself, with the options that the program gave it; returns its URN. */
  async component(): Promise<string> {
    const { request } = this;
    const own = new RegisterResourceRequest()
      .setType(request.getType())
      .setName(request.getName())
      .setParent(request.getParent())
      .setCustom(false)
      .setProtect(request.getProtect() ?? false)
      .setDependenciesList(request.getDependenciesList())
      .setAliasesList(request.getAliasesList())
      .setAliasspecs(true)
      .setObject(structOf({}));
    for (const [name, provider] of request.getProvidersMap().entries()) own.getProvidersMap().set(name, provider);
    this.parent = (await this.register(own)).getUrn();
    return this.parent;
  }

  /** Registers a resource of the component. */
  readonly create: Register = async (type, name, inputs, { parent, dependsOn = [] }) => {
    const [packageName = ""] = type.split(":");
    const response = await this.register(
      new RegisterResourceRequest()
        .setType(type)
        .setName(name)
        .setParent(parent?.urn ?? this.parent)
        .setCustom(true)
        .setProvider(this.request.getProvidersMap().get(packageName) ?? "")
        .setDependenciesList(dependsOn.map(({ urn }: Child) => urn))
        .setObject(structOf(inputs)),
    );
    return { urn: response.getUrn(), id: response.getId(), outputs: propertiesOf(response.getObject()) };
  };

  /** Says what the component offers. */
  finish(outputs: Properties): Promise<unknown> {
    const request = new RegisterResourceOutputsRequest().setUrn(this.parent).setOutputs(structOf(outputs));
    return new Promise((resolve, reject) =>
      this.monitor.registerResourceOutputs(request, (error, done) => (error ? reject(error) : resolve(done))),
    );
  }

  close(): void {
    this.monitor.close();
  }

  private register(request: RegisterResourceRequest): Promise<RegisterResourceResponse> {
    return new Promise((resolve, reject) =>
      this.monitor.registerResource(request, (error, response) => (error ? reject(error) : resolve(response))),
    );
  }
}
