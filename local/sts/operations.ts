/**
 * STS: who am I, and credentials of a role.
 */
import { createHash } from "node:crypto";
import { z } from "zod";
import { operation, type Caller, type Operations, type Place } from "../api";
import { parseInput } from "../http/parse-input";
import type { RoleSessions } from "./sessions";

const assumeRole = z.object({
  RoleArn: z.string().regex(/^arn:aws:iam::\d{12}:role\/.+/, "must be the ARN of a role"),
  RoleSessionName: z.string().regex(/^[\w+=,.@-]{2,64}$/, "must be 2 to 64 of A-Z a-z 0-9 _ + = , . @ -"),
  // The query protocol carries numbers as text.
  DurationSeconds: z.coerce.number().int().min(900).max(43200).default(3600),
});

/** `GetCallerIdentity` and `AssumeRole`. Trust policies are the authorizer's to check. */
export function stsOperations(sessions: RoleSessions, place: Place): Operations {
  return {
    GetCallerIdentity: operation({
      parse: () => ({}),
      // Needs no permission, and cannot be denied: API reference, GetCallerIdentity.
      permissions: () => [],
      run: async (_input, { caller }) => identity(caller, place),
    }),
    AssumeRole: operation({
      parse: (input) => parseInput(assumeRole, input, "ValidationError"),
      permissions: ({ RoleArn }) => [{ action: "sts:AssumeRole", resource: RoleArn }],
      run: async ({ RoleArn, RoleSessionName, DurationSeconds }) => {
        const issued = sessions.issue(RoleArn, RoleSessionName, DurationSeconds);
        return {
          Credentials: {
            AccessKeyId: issued.accessKeyId,
            SecretAccessKey: issued.secretAccessKey,
            SessionToken: issued.sessionToken,
            Expiration: issued.expiration,
          },
          AssumedRoleUser: {
            AssumedRoleId: `${roleId(RoleArn)}:${RoleSessionName}`,
            Arn: sessionArn(RoleArn, RoleSessionName, place),
          },
        };
      },
    }),
  };
}

function identity({ principalArn }: Caller, place: Place) {
  if (!principalArn.includes(":role/")) return { UserId: place.account, Account: place.account, Arn: principalArn };
  return {
    UserId: `${roleId(principalArn)}:local`,
    Account: place.account,
    // A call knows its role but not the session's name.
    Arn: sessionArn(principalArn, "local", place),
  };
}

function sessionArn(roleArn: string, sessionName: string, place: Place): string {
  return `arn:aws:sts::${place.account}:assumed-role/${roleArn.split("/").pop() ?? ""}/${sessionName}`;
}

function roleId(roleArn: string): string {
  return `AROA${createHash("sha256").update(roleArn).digest("hex").slice(0, 17).toUpperCase()}`;
}
