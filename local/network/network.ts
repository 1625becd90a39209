/**
 * The VPCs of a graph: which endpoint of a service a function reaches from its subnets, if any. VPC user guide, "Gateway endpoints"
 * and "Access an AWS service using an interface VPC endpoint"; "Control traffic to your AWS resources using security groups".
 */
import { z } from "zod";
import type { Attachment, ServiceName } from "../api";
import { contains, parseBlock } from "../awsx/address-blocks";
import type { Resource, ResourceGraph } from "../graph";

/** An endpoint that a function reaches. */
export interface Endpoint {
  readonly id: string;
  /** JSON text; without one everything may pass. */
  readonly policy?: string;
}

/** An endpoint, or why none is reached. */
export type Way = { readonly endpoint: Endpoint } | { readonly obstacle: string };

const idList = z.array(z.string()).default([]);
const endpointShape = z.object({
  serviceName: z.string(),
  vpcEndpointType: z.string().default("Gateway"),
  policy: z.string().optional(),
  privateDnsEnabled: z.boolean().default(false),
  routeTableIds: idList,
  securityGroupIds: idList,
  vpcId: z.string(),
});

const ruleShape = z.object({
  protocol: z.string(),
  fromPort: z.number(),
  toPort: z.number(),
  cidrBlocks: idList,
  prefixListIds: idList,
  securityGroups: idList,
  sourceSecurityGroupId: z.string().optional(),
});
type Rule = z.infer<typeof ruleShape>;
const groupShape = z.object({ ingress: z.array(ruleShape).default([]), egress: z.array(ruleShape).default([]) });

/** The networks of one graph. */
export class Network {
  private readonly byType = new Map<string, Resource[]>();

  constructor(private readonly graph: Pick<ResourceGraph, "region" | "resources">) {
    for (const resource of graph.resources) {
      this.byType.set(resource.type, [...(this.byType.get(resource.type) ?? []), resource]);
    }
  }

  /** The endpoint by which calls to a service leave, whichever of the subnets they come from. */
  wayTo(service: ServiceName, from: Attachment): Way {
    const name = `com.amazonaws.${this.graph.region}.${service}`;
    const subnets = from.subnetIds.map((id) => this.of("subnet:Subnet").find((subnet) => subnet.id === id));
    const vpc = String(subnets[0]?.inputs.vpcId);
    const obstacles: string[] = [];
    for (const resource of this.of("vpcEndpoint:VpcEndpoint")) {
      const endpoint = endpointShape.parse(resource.inputs);
      if (endpoint.serviceName !== name || endpoint.vpcId !== vpc) continue;
      const obstacle =
        endpoint.vpcEndpointType === "Interface"
          ? this.interfaceObstacle(endpoint, from)
          : this.gatewayObstacle(endpoint.routeTableIds, String(resource.outputs.prefixListId), from);
      if (!obstacle) return { endpoint: { id: resource.id, policy: endpoint.policy } };
      obstacles.push(`${resource.id}: ${obstacle}`);
    }
    return { obstacle: obstacles.join("; ") || `${vpc} has no endpoint for ${name}` };
  }

  private gatewayObstacle(routeTableIds: readonly string[], prefixList: string, from: Attachment): string | undefined {
    const unrouted = from.subnetIds.find((subnet) => !routeTableIds.includes(this.routeTableOf(subnet) ?? ""));
    if (unrouted) return `the route table of ${unrouted} has no route to it`;
    const leaves = this.rules(from.securityGroupIds, "egress").some(
      (rule) => isHttps(rule) && (rule.prefixListIds.includes(prefixList) || rule.cidrBlocks.includes("0.0.0.0/0")),
    );
    return leaves ? undefined : "no security group of the function lets HTTPS out to it";
  }

  private interfaceObstacle(endpoint: z.infer<typeof endpointShape>, from: Attachment): string | undefined {
    if (!endpoint.privateDnsEnabled)
      return "it has no private DNS name, and the function calls the service by its public name";
    const vpcBlock = String(this.of("vpc:Vpc").find(({ id }) => id === endpoint.vpcId)?.inputs.cidrBlock);
    const reaches = (rule: Rule, groups: readonly string[]): boolean =>
      isHttps(rule) &&
      (rule.cidrBlocks.some((block) => contains(parseBlock(block), parseBlock(vpcBlock))) ||
        [...rule.securityGroups, rule.sourceSecurityGroupId ?? ""].some((group) => groups.includes(group)));
    if (!this.rules(from.securityGroupIds, "egress").some((rule) => reaches(rule, endpoint.securityGroupIds))) {
      return "no security group of the function lets HTTPS out to it";
    }
    if (!this.rules(endpoint.securityGroupIds, "ingress").some((rule) => reaches(rule, from.securityGroupIds))) {
      return "none of its security groups lets HTTPS in from the function";
    }
    return undefined;
  }

  private routeTableOf(subnet: string): string | undefined {
    const association = this.of("routeTableAssociation:RouteTableAssociation").find(
      ({ inputs }) => inputs.subnetId === subnet,
    );
    return association && String(association.inputs.routeTableId);
  }

  /** What groups let in or out: their own rules and those that stand apart. */
  private rules(groups: readonly string[], direction: "ingress" | "egress"): Rule[] {
    const own = this.of("securityGroup:SecurityGroup")
      .filter(({ id }) => groups.includes(id))
      .flatMap(({ inputs }) => groupShape.parse(inputs)[direction]);
    const apart = this.of("securityGroupRule:SecurityGroupRule")
      .filter(({ inputs }) => inputs.type === direction && groups.includes(String(inputs.securityGroupId)))
      .map(({ inputs }) => ruleShape.parse(inputs));
    return [...own, ...apart];
  }

  private of(type: string): readonly Resource[] {
    return this.byType.get(`aws:ec2/${type}`) ?? [];
  }
}

function isHttps({ protocol, fromPort, toPort }: Rule): boolean {
  return protocol === "-1" || (protocol === "tcp" && fromPort <= 443 && toPort >= 443);
}
