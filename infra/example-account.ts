/** Accounts that stand in AWS's documentation as examples: a program that still has one of them lives nowhere. */
import * as pulumi from "@pulumi/pulumi";

/** Numbers that AWS's guides use in their examples. */
const exampleAccounts = ["111122223333", "444455556666", "777788889999", "123456789012"];

/** What to say of an account that is an example; undefined if it is none. */
export function exampleAccountWarning(account: string, stage: string): string | undefined {
  if (!exampleAccounts.includes(account)) return undefined;
  return (
    `The stage ${stage} lives in account ${account}, which is an example of AWS's documentation and nobody's: put your own into ` +
    `aws:allowedAccountIds of Pulumi.${stage}.yaml before \`pulumi up\`.`
  );
}

/** Says it where Pulumi previews or deploys; an evaluation for this machine needs no account. */
export function warnOfExampleAccount(account: string, stage: string): void {
  const warning = exampleAccountWarning(account, stage);
  if (warning !== undefined && pulumi.runtime.hasEngine()) void pulumi.log.warn(warning);
}
