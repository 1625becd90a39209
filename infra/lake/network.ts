/** Where a lake's functions run: outside of any VPC, in a private network of the lake's own, or in one that exists. */
import * as aws from "@pulumi/aws";
import * as awsx from "@pulumi/awsx";
import * as pulumi from "@pulumi/pulumi";
import type { FunctionNetwork } from "../closures";
import { endpointPolicy, type EndpointService } from "./endpoint-policies";
import type { Statement } from "../permissions";
import type { Lake } from "./lake";

/**
 * What handlers call themselves. Athena runs queries, Lambda writes logs and keeps failed events, and S3 and Glue use keys outside of
 * the functions' network. Lambda developer guide, "Giving Lambda functions access to resources in an Amazon VPC".
 */
const interfaces: readonly EndpointService[] = ["glue", "states"];

/** Addresses of the network. Nothing outside of it sees them; functions share few network interfaces. */
const addresses = "10.0.0.0/24";
/** Bits of a subnet: 64 addresses each. */
const subnetBits = 26;
/** Zones: one may fail. */
const zones = 2;

/**
 * Creates a network without a way out, with endpoints for what functions call: a gateway to S3, which costs nothing, and interfaces to
 * Glue and Step Functions. What may pass them follows from the statements of the functions' roles.
 *
 * @param granted asked when all of the program is declared
 */
export function createPrivateNetwork(lake: Lake, granted: () => readonly Statement[]): FunctionNetwork {
  const { region } = lake.place;
  const scope = {
    roles: lake.arn.role(`${lake.workgroupName}-*`),
    machines: lake.arn.stateMachine(`${lake.workgroupName}-*`),
  };
  const policy = (service: EndpointService): pulumi.Output<string> =>
    pulumi.output(lake.gate.passed().then(() => JSON.stringify(endpointPolicy(service, granted(), scope))));
  const tags = { Name: lake.workgroupName };
  const vpc = new awsx.ec2.Vpc(
    lake.lakeName,
    {
      cidrBlock: addresses,
      numberOfAvailabilityZones: zones,
      natGateways: { strategy: "None" },
      subnetStrategy: "Auto",
      subnetSpecs: [{ type: "Isolated", cidrMask: subnetBits }],
      vpcEndpointStrategy: "Auto",
      vpcEndpointSpecs: [
        { serviceName: `com.amazonaws.${region}.s3`, vpcEndpointType: "Gateway", policy: policy("s3"), tags },
        ...interfaces.map((service) => ({
          serviceName: `com.amazonaws.${region}.${service}`,
          vpcEndpointType: "Interface",
          policy: policy(service),
          tags,
        })),
      ],
      tags,
    },
    { parent: lake },
  );
  const s3 = aws.ec2.getManagedPrefixListOutput({ name: `com.amazonaws.${region}.s3` }, { parent: lake });
  const https = { protocol: "tcp", fromPort: 443, toPort: 443 };
  const group = new aws.ec2.SecurityGroup(
    `${lake.lakeName}-functions`,
    {
      name: `${lake.workgroupName}-functions`,
      description: "Functions of the lake: out to its endpoints by HTTPS, nothing in",
      vpcId: vpc.vpcId,
      egress: [
        { ...https, description: "Glue and Step Functions", cidrBlocks: [addresses] },
        { ...https, description: "S3", prefixListIds: [s3.id] },
      ],
      tags,
    },
    { parent: lake },
  );
  return { subnetIds: vpc.isolatedSubnetIds, securityGroupIds: [group.id] };
}
