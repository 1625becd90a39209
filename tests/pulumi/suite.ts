/** What the suites share: the command, or a word about why there is none. */
import { pulumiCli, type PulumiCli } from "./pulumi-cli";

/** Minutes that the Go modules may take to be built on a small machine. */
const BUILD_MINUTES = 20;

/**
 * The command, for a `before` hook. Where it cannot be had the whole suite is skipped, and says why: it never passes silently.
 */
export async function requirePulumi(context: Mocha.Context): Promise<PulumiCli> {
  context.timeout(BUILD_MINUTES * 60_000);
  const cli = await pulumiCli();
  if (cli) return cli;
  process.stdout.write(
    "\n    SKIPPED: the real pulumi command is not here, and Go, which builds it, isn't either.\n" +
      "    Install Go (https://go.dev/dl) to run this suite.\n\n",
  );
  return context.skip();
}
