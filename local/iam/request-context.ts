/** The condition keys of a request. User guide: "AWS global condition context keys". */
import type { Caller, Permission, Place } from "../api";
import { contextOf, type Context } from "./match";

/**
 * The request's condition keys. `aws:SecureTransport` is true although the wire is plain HTTP: the loopback stands in for
 * TLS. `aws:username` and the keys of tags and organizations are absent, as nobody here has any.
 */
export function requestContext(
  { principalArn, service, calledVia = [] }: Caller,
  { action, resource, context }: Permission,
  { account, region }: Place,
  now: Date,
): Context {
  return contextOf({
    // What a service acts for, unless the operation says it better; assuming a role says it all.
    ...(service !== undefined &&
      action !== "sts:AssumeRole" && { "aws:SourceArn": principalArn, "aws:SourceAccount": account }),
    ...context,
    ...(service === undefined
      ? {
          // Only signed requests have these; who does not sign has no ARN.
          "aws:PrincipalArn": principalArn.startsWith("arn:") ? principalArn : undefined,
          "aws:PrincipalAccount": principalArn.split(":")[4],
          "aws:PrincipalType": principalType(principalArn),
        }
      : { "aws:PrincipalServiceName": service }),
    "aws:PrincipalIsAWSService": String(service !== undefined),
    "aws:ViaAWSService": String(calledVia.length > 0),
    ...(calledVia.length > 0 && {
      "aws:CalledVia": calledVia,
      "aws:CalledViaFirst": calledVia[0],
      "aws:CalledViaLast": calledVia[calledVia.length - 1],
    }),
    "aws:CurrentTime": now.toISOString(),
    "aws:EpochTime": String(Math.floor(now.getTime() / 1000)),
    "aws:RequestedRegion": region,
    "aws:ResourceAccount": resource.split(":")[4] || account,
    "aws:SecureTransport": "true",
  });
}

function principalType(principalArn: string): string {
  if (!principalArn.startsWith("arn:")) return "Anonymous";
  return principalArn.includes(":role/") ? "AssumedRole" : "Account";
}
