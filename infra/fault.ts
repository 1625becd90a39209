/** What the user of a component did wrong, told while the program is evaluated. */
import * as pulumi from "@pulumi/pulumi";
import { describeFindings } from "./checks/describe";
import type { Finding } from "./checks/finding";

/** All mistakes that were found together. A RunError, so that Pulumi shows it without a stack trace. */
export class ProgramError extends pulumi.RunError {
  constructor(readonly findings: readonly Finding[]) {
    super(describeFindings(findings));
  }
}
