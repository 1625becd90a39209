/**
 * The component `awsx.ec2.Vpc`, as Pulumi's awsx provider makes it: which resources it consists of is the provider's own affair,
 * so a program sees them only when they are registered. pulumi/pulumi-awsx, awsx/ec2/vpc.ts.
 */
import { unknownValue } from "@pulumi/pulumi/runtime";
import { z } from "zod";
import { blockText, divide, parseBlock } from "./address-blocks";

type Properties = Readonly<Record<string, unknown>>;

/** A registered resource. */
export interface Child {
  readonly urn: string;
  /** Empty while it is not known. */
  readonly id: string;
  /** What is known of it. */
  readonly outputs: Properties;
}

/** Registers a resource below another, or below the component itself. */
export type Register = (
  type: string,
  name: string,
  inputs: Properties,
  options: { readonly parent?: Child; readonly dependsOn?: readonly Child[] },
) => Promise<Child>;

const tags = z.record(z.string(), z.string()).default({});

const endpointSpec = z.strictObject({
  serviceName: z.string(),
  vpcEndpointType: z.enum(["Gateway", "Interface"]).default("Gateway"),
  policy: z.string().optional(),
  tags,
});

// Subnets with a way out need gateways, addresses and routes, which nothing here has asked for so far.
const vpcInputs = z.strictObject({
  cidrBlock: z.string().default("10.0.0.0/16"),
  availabilityZoneNames: z.array(z.string()).min(1).optional(),
  numberOfAvailabilityZones: z.number().int().min(1).max(3).optional(),
  enableDnsHostnames: z.boolean().optional(),
  enableDnsSupport: z.boolean().optional(),
  natGateways: z.strictObject({
    strategy: z.literal("None", { error: "the local runtime has no NAT gateways: it must be None" }),
  }),
  subnetStrategy: z.literal("Auto", { error: "the local runtime divides addresses by the strategy Auto only" }),
  subnetSpecs: z.array(
    z.strictObject({
      type: z.enum(["Isolated", "Private"], { error: "the local runtime has subnets without a way out only" }),
      name: z.string().optional(),
      cidrMask: z.number().int().min(16).max(28).optional(),
      tags,
    }),
  ),
  vpcEndpointStrategy: z.literal("Auto", { error: "the local runtime places endpoints by the strategy Auto only" }),
  vpcEndpointSpecs: z.array(endpointSpec).default([]),
  tags,
});
type VpcInputs = z.infer<typeof vpcInputs>;

/** Registers what the component consists of; returns its outputs but those that are resources. Throws for what cannot be played. */
export async function makeVpc(
  name: string,
  given: Properties,
  region: string,
  register: Register,
): Promise<Properties> {
  const parsed = vpcInputs.safeParse(given);
  if (!parsed.success) throw new Error(`awsx:ec2:Vpc "${name}": ${z.prettifyError(parsed.error)}`);
  const inputs = parsed.data;
  const shared = { Name: name, ...inputs.tags };
  const zones = inputs.availabilityZoneNames ?? zonesOf(region).slice(0, inputs.numberOfAvailabilityZones ?? 3);
  const needsDns = inputs.vpcEndpointSpecs.some(({ vpcEndpointType }) => vpcEndpointType === "Interface") || undefined;
  const vpc = await register(
    "aws:ec2/vpc:Vpc",
    name,
    defined({
      cidrBlock: inputs.cidrBlock,
      enableDnsHostnames: inputs.enableDnsHostnames ?? needsDns,
      enableDnsSupport: inputs.enableDnsSupport ?? needsDns,
      tags: shared,
    }),
    {},
  );
  const vpcId = known(vpc);
  const within = { parent: vpc, dependsOn: [vpc] };
  // Made in any case; without a route to it nothing gets out.
  await register("aws:ec2/internetGateway:InternetGateway", name, { vpcId, tags: shared }, within);
  const subnets = await makeSubnets(name, inputs, zones, vpc, shared, register);
  for (const spec of inputs.vpcEndpointSpecs) {
    const placed =
      spec.vpcEndpointType === "Interface"
        ? {
            privateDnsEnabled: true,
            subnetIds: preferred(subnets, zones),
            securityGroupIds: [
              await guard(spec.serviceName, { ...shared, ...spec.tags }, inputs.cidrBlock, vpc, register),
            ],
          }
        : { routeTableIds: subnets.map(({ routeTableId }) => routeTableId) };
    const { serviceName, vpcEndpointType, policy } = spec;
    const endpoint = { serviceName, vpcEndpointType, policy, vpcId, ...placed, tags: { ...shared, ...spec.tags } };
    await register("aws:ec2/vpcEndpoint:VpcEndpoint", serviceName, defined(endpoint), within);
  }
  const idsOf = (type: string): string[] => subnets.filter((subnet) => subnet.type === type).map(({ id }) => id);
  return {
    vpcId,
    isolatedSubnetIds: idsOf("Isolated"),
    privateSubnetIds: idsOf("Private"),
    publicSubnetIds: [],
  };
}

interface PlacedSubnet {
  readonly id: string;
  readonly type: string;
  readonly zone: string;
  readonly routeTableId: string;
}

/** Each zone's subnets, each with a route table of its own. */
async function makeSubnets(
  name: string,
  { cidrBlock, subnetSpecs }: VpcInputs,
  zones: readonly string[],
  vpc: Child,
  shared: Properties,
  register: Register,
): Promise<PlacedSubnet[]> {
  const masks = subnetSpecs.map(({ cidrMask }) => cidrMask);
  const blocks = divide(parseBlock(cidrBlock), zones.length, masks);
  const made: PlacedSubnet[] = [];
  for (const [index, zone] of zones.entries()) {
    for (const [position, spec] of subnetSpecs.entries()) {
      const { type } = spec;
      const own = `${name}-${spec.name ?? type.toLowerCase()}-${index + 1}`;
      const inputs = {
        vpcId: known(vpc),
        availabilityZone: zone,
        mapPublicIpOnLaunch: false,
        assignIpv6AddressOnCreation: false,
        cidrBlock: blockText(blocks[index][position]),
        tags: { ...shared, ...spec.tags, Name: own, SubnetType: type },
      };
      const subnet = await register("aws:ec2/subnet:Subnet", own, inputs, { parent: vpc, dependsOn: [vpc] });
      const routeTable = await register(
        "aws:ec2/routeTable:RouteTable",
        own,
        { vpcId: known(vpc), tags: { ...shared, Name: own, SubnetType: type } },
        { parent: subnet, dependsOn: [subnet] },
      );
      await register(
        "aws:ec2/routeTableAssociation:RouteTableAssociation",
        own,
        { routeTableId: known(routeTable), subnetId: known(subnet) },
        { parent: routeTable, dependsOn: [routeTable] },
      );
      made.push({ id: known(subnet), type, zone, routeTableId: known(routeTable) });
    }
  }
  return made;
}

/** One subnet of each zone for an interface endpoint: a private one if there is one. */
function preferred(subnets: readonly PlacedSubnet[], zones: readonly string[]): string[] {
  return zones.flatMap((zone) => {
    const here = subnets.filter((subnet) => subnet.zone === zone);
    const chosen = here.find(({ type }) => type === "Private") ?? here[0];
    return chosen ? [chosen.id] : [];
  });
}

/** A security group that lets the VPC's addresses reach an endpoint by HTTPS. */
async function guard(
  service: string,
  ownTags: Properties,
  cidrBlock: string,
  vpc: Child,
  register: Register,
): Promise<string> {
  const group = await register(
    "aws:ec2/securityGroup:SecurityGroup",
    `${service}-sg`,
    { vpcId: known(vpc), tags: ownTags },
    { parent: vpc, dependsOn: [vpc] },
  );
  const https = { type: "ingress", protocol: "tcp", fromPort: 443, toPort: 443, cidrBlocks: [cidrBlock] };
  await register(
    "aws:ec2/securityGroupRule:SecurityGroupRule",
    `${service}-ingress`,
    { securityGroupId: known(group), ...https },
    { parent: vpc, dependsOn: [group] },
  );
  return known(group);
}

/** The availability zones that a region has here. */
export function zonesOf(region: string): string[] {
  return ["a", "b", "c"].map((letter) => region + letter);
}

function known({ id }: Child): string {
  return id || unknownValue;
}

function defined(inputs: Properties): Properties {
  return Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== undefined));
}
