/**
 * What the provider calls of EC2 for a network. A line above a row names the source that it was read from; see provider-actions.ts.
 * Ids are made with the resources, so permissions are on all of a kind. Actions named Describe know no resource, but DescribeVpcAttribute.
 */
import type { Permission, Place } from "../api";
import { changed, given, regional, type ProviderActions } from "./provider-calls";

const DESCRIBED = [
  "InternetGateways",
  "NetworkAcls",
  "NetworkInterfaces",
  "PrefixLists",
  "RouteTables",
  "SecurityGroupRules",
  "SecurityGroups",
  "Subnets",
  "VpcEndpoints",
  "Vpcs",
].map((kind) => `ec2:Describe${kind}`);

const all = (place: Place, kind: string): string => regional(place, "ec2", `${kind}/*`);
/** An action that is on other kinds of resources, too. */
const on = (action: string, place: Place, ...kinds: string[]): Permission[] =>
  kinds.map((kind) => ({ action, resource: all(place, kind) }));

const kindOf = (kind: string, calls: Omit<ProviderActions, "arns" | "anywhere">): ProviderActions => ({
  ...calls,
  anywhere: DESCRIBED,
  arns: (_resource, place) => [all(place, kind)],
});
const tagged = { tag: ["ec2:CreateTags"], untag: ["ec2:DeleteTags"] };

/** Network interfaces that Lambda leaves behind keep a subnet and a security group: the provider removes them first. */
const lingering = (place: Place): Permission[] =>
  ["ec2:DetachNetworkInterface", "ec2:DeleteNetworkInterface"].flatMap((action) =>
    on(action, place, "network-interface"),
  );

export const networkActions: Readonly<Record<string, ProviderActions>> = {
  // ec2/vpc_.go°; a network ACL, a route table or a security group that it may not look at is a warning
  "aws:ec2/vpc:Vpc": kindOf("vpc", {
    create: [
      "ec2:CreateVpc",
      given("ec2:ModifyVpcAttribute", "enableDnsHostnames", "enableNetworkAddressUsageMetrics"),
      { action: "ec2:ModifyVpcAttribute", of: ["enableDnsSupport"], counts: (value) => value === false },
    ],
    read: [
      "ec2:DescribeVpcs",
      "ec2:DescribeVpcAttribute",
      "ec2:DescribeNetworkAcls",
      "ec2:DescribeRouteTables",
      "ec2:DescribeSecurityGroups",
    ],
    update: [
      changed("ec2:ModifyVpcAttribute", "enableDnsHostnames", "enableDnsSupport", "enableNetworkAddressUsageMetrics"),
    ],
    delete: ["ec2:DeleteVpc", "ec2:DescribeVpcs"],
    ...tagged,
  }),
  // ec2/vpc_internet_gateway.go°
  "aws:ec2/internetGateway:InternetGateway": kindOf("internet-gateway", {
    create: ["ec2:CreateInternetGateway", given("ec2:AttachInternetGateway", "vpcId")],
    read: ["ec2:DescribeInternetGateways"],
    update: [changed("ec2:DetachInternetGateway", "vpcId"), given("ec2:AttachInternetGateway", "vpcId")],
    delete: [
      given("ec2:DetachInternetGateway", "vpcId"),
      given("ec2:DescribeInternetGateways", "vpcId"),
      "ec2:DeleteInternetGateway",
    ],
    ...tagged,
    also: ({ inputs }, place) =>
      inputs.vpcId === undefined
        ? {}
        : {
            create: on("ec2:AttachInternetGateway", place, "vpc"),
            update: ["ec2:DetachInternetGateway", "ec2:AttachInternetGateway"].flatMap((one) => on(one, place, "vpc")),
            delete: on("ec2:DetachInternetGateway", place, "vpc"),
          },
  }),
  // ec2/vpc_subnet.go°
  "aws:ec2/subnet:Subnet": kindOf("subnet", {
    create: [
      "ec2:CreateSubnet",
      given("ec2:ModifySubnetAttribute", "mapPublicIpOnLaunch", "assignIpv6AddressOnCreation", "enableDns64"),
    ],
    read: ["ec2:DescribeSubnets"],
    update: [changed("ec2:ModifySubnetAttribute", "mapPublicIpOnLaunch", "assignIpv6AddressOnCreation", "enableDns64")],
    delete: ["ec2:DescribeNetworkInterfaces", "ec2:DeleteSubnet"],
    ...tagged,
    also: (_resource, place) => ({ create: on("ec2:CreateSubnet", place, "vpc"), delete: lingering(place) }),
  }),
  // ec2/vpc_route_table.go°
  "aws:ec2/routeTable:RouteTable": kindOf("route-table", {
    create: ["ec2:CreateRouteTable", given("ec2:CreateRoute", "routes")],
    read: ["ec2:DescribeRouteTables"],
    update: [
      given("ec2:CreateRoute", "routes"),
      given("ec2:ReplaceRoute", "routes"),
      changed("ec2:DeleteRoute", "routes"),
    ],
    delete: ["ec2:DescribeRouteTables", "ec2:DeleteRouteTable"],
    ...tagged,
    also: (_resource, place) => ({ create: on("ec2:CreateRouteTable", place, "vpc") }),
  }),
  // ec2/vpc_route_table_association.go°
  "aws:ec2/routeTableAssociation:RouteTableAssociation": kindOf("route-table", {
    create: ["ec2:AssociateRouteTable"],
    read: ["ec2:DescribeRouteTables"],
    update: ["ec2:ReplaceRouteTableAssociation"],
    delete: ["ec2:DisassociateRouteTable", "ec2:DescribeRouteTables"],
    also: (_resource, place) => ({
      create: on("ec2:AssociateRouteTable", place, "subnet"),
      update: on("ec2:ReplaceRouteTableAssociation", place, "subnet"),
      delete: on("ec2:DisassociateRouteTable", place, "subnet"),
    }),
  }),
  // ec2/vpc_security_group.go°, which begins by taking away the rule that lets everything out
  "aws:ec2/securityGroup:SecurityGroup": kindOf("security-group", {
    create: [
      "ec2:CreateSecurityGroup",
      "ec2:RevokeSecurityGroupEgress",
      given("ec2:AuthorizeSecurityGroupIngress", "ingress"),
      given("ec2:AuthorizeSecurityGroupEgress", "egress"),
    ],
    read: ["ec2:DescribeSecurityGroups"],
    update: [
      changed("ec2:RevokeSecurityGroupIngress", "ingress"),
      changed("ec2:RevokeSecurityGroupEgress", "egress"),
      given("ec2:AuthorizeSecurityGroupIngress", "ingress"),
      given("ec2:AuthorizeSecurityGroupEgress", "egress"),
    ],
    delete: ["ec2:DescribeNetworkInterfaces", "ec2:DeleteSecurityGroup", "ec2:DescribeSecurityGroups"],
    ...tagged,
    also: (_resource, place) => ({ create: on("ec2:CreateSecurityGroup", place, "vpc"), delete: lingering(place) }),
  }),
  // ec2/vpc_security_group_rule.go°
  "aws:ec2/securityGroupRule:SecurityGroupRule": kindOf("security-group", {
    create: [direction("ec2:AuthorizeSecurityGroup", "ingress"), direction("ec2:AuthorizeSecurityGroup", "egress")],
    read: ["ec2:DescribeSecurityGroups", "ec2:DescribeSecurityGroupRules"],
    update: [
      changed("ec2:UpdateSecurityGroupRuleDescriptionsIngress", "description"),
      changed("ec2:UpdateSecurityGroupRuleDescriptionsEgress", "description"),
    ],
    delete: [
      "ec2:DescribeSecurityGroups",
      direction("ec2:RevokeSecurityGroup", "ingress"),
      direction("ec2:RevokeSecurityGroup", "egress"),
    ],
  }),
  // ec2/vpc_endpoint.go°. What else a creation is on: AWS PrivateLink, "Identity-based policy examples for AWS PrivateLink".
  "aws:ec2/vpcEndpoint:VpcEndpoint": kindOf("vpc-endpoint", {
    create: ["ec2:CreateVpcEndpoint"],
    read: [
      "ec2:DescribeVpcEndpoints",
      "ec2:DescribePrefixLists",
      { action: "ec2:DescribeNetworkInterfaces", of: ["vpcEndpointType"], counts: (type) => type === "Interface" },
    ],
    update: ["ec2:ModifyVpcEndpoint"],
    delete: ["ec2:DeleteVpcEndpoints", "ec2:DescribeVpcEndpoints"],
    ...tagged,
    also: ({ inputs }, place) => {
      const kinds = [
        ...(inputs.routeTableIds === undefined ? [] : ["route-table"]),
        ...(inputs.subnetIds === undefined ? [] : ["subnet"]),
        ...(inputs.securityGroupIds === undefined ? [] : ["security-group"]),
      ];
      return {
        create: on("ec2:CreateVpcEndpoint", place, "vpc", ...kinds),
        update: on("ec2:ModifyVpcEndpoint", place, ...kinds),
      };
    },
  }),
};

/** A call of a rule that is for what comes in, or of one that is for what goes out. */
function direction(action: string, type: "ingress" | "egress") {
  const name = type === "ingress" ? "Ingress" : "Egress";
  return { action: action + name, of: ["type"], counts: (value: unknown): boolean => value === type };
}
