/** The types of a private network in CloudFormation, as properties.ts has the others. */
import { capitalized, json, list, tagList, type Inputs, type Properties } from "../inputs";
import type { Part } from "./part";

/** What the provider says of a group that has no description. */
const GROUP_DESCRIPTION = "Managed by Pulumi";

const made = (type: string, id: string, { tags, ...inputs }: Inputs, more: Properties = {}): Part => ({
  type: `AWS::EC2::${type}`,
  name: id,
  properties: { ...capitalized(inputs), Tags: tagList(tags), ...more },
});

/** CloudFormation's parts by Pulumi's type; what has no name is told by its id. */
export const networkParts: Readonly<Record<string, (inputs: Inputs, id: string) => Part>> = {
  "aws:ec2/vpc:Vpc": (inputs, id) => made("VPC", id, inputs),
  // What attaches the gateway says all that there is to say of it.
  "aws:ec2/internetGateway:InternetGateway": ({ vpcId }, id) => ({
    type: "AWS::EC2::VPCGatewayAttachment",
    name: id,
    properties: { VpcId: vpcId, InternetGatewayId: id },
  }),
  "aws:ec2/subnet:Subnet": (inputs, id) => made("Subnet", id, inputs),
  "aws:ec2/routeTable:RouteTable": (inputs, id) => made("RouteTable", id, inputs),
  "aws:ec2/routeTableAssociation:RouteTableAssociation": (inputs, id) => ({
    type: "AWS::EC2::SubnetRouteTableAssociation",
    name: id,
    properties: capitalized(inputs),
  }),
  "aws:ec2/securityGroup:SecurityGroup": ({ name, description, egress, ...rest }, id) =>
    made("SecurityGroup", id, rest, {
      GroupName: name,
      GroupDescription: description ?? GROUP_DESCRIPTION,
      SecurityGroupEgress: egress === undefined ? undefined : list(egress).flatMap(destinations),
    }),
  "aws:ec2/securityGroupRule:SecurityGroupRule": ({ type, securityGroupId, cidrBlocks, protocol, ...ports }, id) => {
    if (type !== "ingress") throw new Error(`cloudformation/network.ts has no ${String(type)} rule.`);
    const [CidrIp] = cidrBlocks as string[];
    return {
      type: "AWS::EC2::SecurityGroupIngress",
      name: id,
      properties: { GroupId: securityGroupId, IpProtocol: protocol, CidrIp, ...capitalized(ports) },
    };
  },
  "aws:ec2/vpcEndpoint:VpcEndpoint": ({ policy, ...inputs }, id) =>
    made("VPCEndpoint", id, inputs, { PolicyDocument: json(policy) }),
};

/** One rule for each address range and prefix list. */
function destinations({ cidrBlocks, prefixListIds, protocol, ...rest }: Inputs): Properties[] {
  const rule = { IpProtocol: protocol, ...capitalized(rest) };
  return [
    ...((cidrBlocks ?? []) as string[]).map((CidrIp) => ({ ...rule, CidrIp })),
    ...((prefixListIds ?? []) as string[]).map((DestinationPrefixListId) => ({ ...rule, DestinationPrefixListId })),
  ];
}
