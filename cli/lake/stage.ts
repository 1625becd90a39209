/**
 * A stage's lake on AWS. What it consists of, its program says; evaluating it asks AWS for nothing. Clients go by the default
 * credential chain, once it is sure that it leads to the stage's account.
 */
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Place } from "../../local/api";
import { CommandError, usageError } from "../command-error";
import { evaluateLake, lakeOf, type Lake } from "./lake";
import { readLakeOutputs } from "./outputs";
import type { Progress } from "../presentation/progress";
import type { Project } from "./project";

/**
 * Opens the lake of a stage.
 *
 * @throws CommandError if there is no such stage, no credentials are found, or they are of another account
 */
export async function openStage(project: Project, progress: Progress): Promise<Lake> {
  const settings = `Pulumi.${project.stack}.yaml`;
  if (!existsSync(join(project.folder, settings))) {
    throw usageError(`There is no stage ${project.stack}: ${project.folder} has no ${settings}.`);
  }
  const graph = await evaluateLake(project, progress);
  const place = { account: graph.account, region: graph.region };
  await progress.during(
    "Check the account",
    () => checkAccount(place, project.stack),
    () => place.account,
  );
  return lakeOf(readLakeOutputs(graph.outputs), place, { region: place.region });
}

async function checkAccount({ account, region }: Place, stage: string): Promise<void> {
  const sts = new STSClient({ region });
  try {
    const { Account, Arn } = await sts.send(new GetCallerIdentityCommand({}));
    if (Account === account) return;
    throw new CommandError(
      `The stage ${stage} lives in account ${account}, but the credentials are of ${Account ?? "no account"} ` +
        `(${Arn ?? "nobody"}): choose others, e.g. with AWS_PROFILE. Nothing was asked or changed there.`,
    );
  } catch (error) {
    if ((error as Error).name !== "CredentialsProviderError") throw error;
    throw new CommandError(
      `There are no AWS credentials for the stage ${stage} (account ${account}): ${(error as Error).message}`,
      { cause: error },
    );
  } finally {
    sts.destroy();
  }
}
