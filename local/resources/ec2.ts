/**
 * VPCs, their subnets and endpoints: nothing is connected here, but functions reach services only as these let them.
 */
import { z } from "zod";
import {
  ANY,
  arnOf,
  deployed,
  digits,
  recorded,
  text,
  type Computed,
  type Registration,
  type ResourceTypes,
} from "./resource-type";

const READ_FROM_GRAPH = "what functions reach is read from the graph";

/** An id such as `subnet-0123456789abcdef0`. */
function idOf(prefix: string, { urn, place }: Registration): string {
  return `${prefix}-${digits(`${place.account}/${place.region}/${urn}`, 17)}`;
}

/** An id, and the ARN that ends with it. */
function identified(prefix: string, kind: string, registration: Registration): Computed {
  const id = idOf(prefix, registration);
  return { id, arn: arnOf(registration.place, "ec2", `${kind}/${id}`) };
}

/** The id of S3's list of address ranges. */
export function s3PrefixList(region: string): string {
  return `pl-${digits(`com.amazonaws.${region}.s3`, 8)}`;
}

const endpointInputs = z.strictObject({
  ...ANY,
  vpcId: z.string(),
  serviceName: z.string(),
  vpcEndpointType: z.enum(["Gateway", "Interface"], { error: "the local runtime has gateways and interfaces" }),
  policy: z.string().max(20_480, "a VPC endpoint's policy has 20,480 characters at most").optional(),
  privateDnsEnabled: z.boolean().optional(),
  routeTableIds: z.array(z.string()).optional(),
  subnetIds: z.array(z.string()).optional(),
  securityGroupIds: z.array(z.string()).optional(),
});

const VPC = "aws:ec2/vpc:Vpc";
const SUBNET = "aws:ec2/subnet:Subnet";
const ROUTE_TABLE = "aws:ec2/routeTable:RouteTable";
const SECURITY_GROUP = "aws:ec2/securityGroup:SecurityGroup";

export const ec2: ResourceTypes = {
  [VPC]: recorded(READ_FROM_GRAPH, { computed: (registration) => identified("vpc", "vpc", registration) }),
  "aws:ec2/internetGateway:InternetGateway": recorded(READ_FROM_GRAPH, {
    computed: (registration) => identified("igw", "internet-gateway", registration),
  }),
  [SUBNET]: recorded(READ_FROM_GRAPH, { computed: (registration) => identified("subnet", "subnet", registration) }),
  [ROUTE_TABLE]: recorded(READ_FROM_GRAPH, {
    computed: (registration) => identified("rtb", "route-table", registration),
  }),
  "aws:ec2/routeTableAssociation:RouteTableAssociation": recorded(READ_FROM_GRAPH, {
    computed: (registration) => ({ id: idOf("rtbassoc", registration) }),
  }),
  [SECURITY_GROUP]: recorded(READ_FROM_GRAPH, {
    naming: { property: "name" },
    computed: (registration) => identified("sg", "security-group", registration),
  }),
  "aws:ec2/securityGroupRule:SecurityGroupRule": recorded(READ_FROM_GRAPH, {
    computed: (registration) => ({ id: idOf("sgrule", registration) }),
  }),
  "aws:ec2/vpcEndpoint:VpcEndpoint": deployed({
    computed: (registration) => {
      const id = idOf("vpce", registration);
      const gateway = text(registration.inputs, "vpcEndpointType") !== "Interface";
      return {
        id,
        arn: arnOf(registration.place, "ec2", `vpc-endpoint/${id}`),
        ...(gateway ? { prefixListId: s3PrefixList(registration.place.region) } : {}),
      };
    },
    inputs: endpointInputs,
    references: ({ vpcId, routeTableIds = [], subnetIds = [], securityGroupIds = [] }) => [
      { property: "vpcId", value: vpcId, types: [VPC] },
      ...routeTableIds.map((value) => ({ property: "route table", value, types: [ROUTE_TABLE] })),
      ...subnetIds.map((value) => ({ property: "subnet", value, types: [SUBNET] })),
      ...securityGroupIds.map((value) => ({ property: "security group", value, types: [SECURITY_GROUP] })),
    ],
    // Read from the graph, too.
    deploy: () => undefined,
    remove: () => undefined,
  }),
};
