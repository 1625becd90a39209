/** Makes a component that a program asks Pulumi's awsx provider for. */
import type { ConstructRequest } from "@pulumi/pulumi/proto/provider_pb";
import { providerComponents } from "../awsx";
import { Children } from "./children";
import { propertiesOf, type Properties } from "./properties";

/** Registers a component and its resources with the engine. Throws for one that the local runtime has not. */
export async function constructComponent(
  request: ConstructRequest,
  region: string,
): Promise<{ urn: string; outputs: Properties }> {
  const make = providerComponents[request.getType()];
  if (!make) throw new Error(`The local runtime has no component ${request.getType()}.`);
  const children = new Children(request);
  try {
    const urn = await children.component();
    const outputs = await make(request.getName(), propertiesOf(request.getInputs()), region, children.create);
    await children.finish(outputs);
    return { urn, outputs };
  } finally {
    children.close();
  }
}
