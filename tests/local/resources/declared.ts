/** Resources as an evaluation would have them, for tests that deploy a few. */
import type { Resource, ResourceGraph } from "../../../local/graph";
import { resourceTypes } from "../../../local/resources";
import { physicalName } from "../../../local/resources/resource-type";

/** The account and region of the declared resources. */
export const place = { account: "123456789012", region: "eu-west-1" };

/** A resource with what AWS would compute for it. */
export function declare(
  type: string,
  name: string,
  inputs: Record<string, unknown> = {},
  options: Resource["options"] = {},
): Resource {
  const known = resourceTypes[type];
  const urn = `urn:pulumi:dev::test::${type}::${name}`;
  const physical = known ? physicalName(known, inputs, name, urn) : name;
  const { id, ...computed } = known?.computed({ inputs, name: physical, urn, place }) ?? { id: name };
  const named = known?.naming ? { [known.naming.property]: physical } : {};
  return { urn, type, name, id, component: false, inputs, outputs: { ...inputs, ...computed, ...named }, options };
}

/** A graph of them. */
export function graphOf(...resources: Resource[]): ResourceGraph {
  return { project: "test", stack: "dev", ...place, resources, outputs: {} };
}
