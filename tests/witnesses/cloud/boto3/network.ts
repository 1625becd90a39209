/** The calls that create the types of a private network, as calls.ts has the others. */
import { capitalized, list, tagList, type Inputs, type Properties } from "../inputs";
import { call, type Call } from "./call";

/** What the provider says of a group that has no description. */
const GROUP_DESCRIPTION = "Managed by Pulumi";

const ec2 = (method: string, parameters: Properties, learns?: Call["learns"]): Call[] =>
  call("ec2", method, parameters, learns);

const tagged = (ResourceType: string, tags: unknown): Properties => ({
  TagSpecifications: [{ ResourceType, Tags: tagList(tags) }],
});

/** Calls by Pulumi's type; the graph's ids stand for those that EC2 makes up. */
export const networkCalls: Readonly<Record<string, (inputs: Inputs, outputs: Inputs, id: string) => Call[]>> = {
  "aws:ec2/vpc:Vpc": ({ cidrBlock, tags, ...attributes }, _outputs, id) => [
    ...ec2("create_vpc", { CidrBlock: cidrBlock, ...tagged("vpc", tags) }, { "Vpc.VpcId": id }),
    ...switches("modify_vpc_attribute", { VpcId: id }, attributes),
  ],
  "aws:ec2/internetGateway:InternetGateway": ({ vpcId, tags }, _outputs, id) => [
    ...ec2("create_internet_gateway", tagged("internet-gateway", tags), { "InternetGateway.InternetGatewayId": id }),
    ...ec2("attach_internet_gateway", { InternetGatewayId: id, VpcId: vpcId }),
  ],
  "aws:ec2/subnet:Subnet": ({ vpcId, availabilityZone, cidrBlock, tags, ...attributes }, _outputs, id) => [
    ...ec2(
      "create_subnet",
      { VpcId: vpcId, AvailabilityZone: availabilityZone, CidrBlock: cidrBlock, ...tagged("subnet", tags) },
      { "Subnet.SubnetId": id },
    ),
    ...switches("modify_subnet_attribute", { SubnetId: id }, attributes),
  ],
  "aws:ec2/routeTable:RouteTable": ({ tags, ...inputs }, _outputs, id) =>
    ec2(
      "create_route_table",
      { ...capitalized(inputs), ...tagged("route-table", tags) },
      { "RouteTable.RouteTableId": id },
    ),
  "aws:ec2/routeTableAssociation:RouteTableAssociation": (inputs) => ec2("associate_route_table", capitalized(inputs)),
  "aws:ec2/securityGroup:SecurityGroup": ({ name, description, egress, tags, ...rest }, _outputs, id) => [
    ...ec2(
      "create_security_group",
      {
        GroupName: name ?? id,
        Description: description ?? GROUP_DESCRIPTION,
        ...capitalized(rest),
        ...tagged("security-group", tags),
      },
      { GroupId: id },
    ),
    ...(egress === undefined
      ? []
      : ec2("authorize_security_group_egress", { GroupId: id, IpPermissions: list(egress).map(permission) })),
  ],
  "aws:ec2/securityGroupRule:SecurityGroupRule": ({ type, securityGroupId, ...rule }) =>
    ec2(`authorize_security_group_${String(type)}`, { GroupId: securityGroupId, IpPermissions: [permission(rule)] }),
  "aws:ec2/vpcEndpoint:VpcEndpoint": ({ policy, tags, ...rest }) =>
    ec2("create_vpc_endpoint", { PolicyDocument: policy, ...capitalized(rest), ...tagged("vpc-endpoint", tags) }),
};

/** Attributes are changed one by a call. EC2 API reference, "ModifyVpcAttribute", "ModifySubnetAttribute". */
function switches(method: string, of: Properties, attributes: Inputs): Call[] {
  return Object.entries(capitalized(attributes)).flatMap(([name, Value]) => ec2(method, { ...of, [name]: { Value } }));
}

function permission({ cidrBlocks, prefixListIds, protocol, description, ...ports }: Inputs): Properties {
  const told = description === undefined ? {} : { Description: description };
  return {
    IpProtocol: protocol,
    ...capitalized(ports),
    IpRanges: ((cidrBlocks ?? []) as string[]).map((CidrIp) => ({ CidrIp, ...told })),
    PrefixListIds: ((prefixListIds ?? []) as string[]).map((PrefixListId) => ({ PrefixListId, ...told })),
  };
}
