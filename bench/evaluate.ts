/** Evaluates the program in a folder, the first argument, with archives in the second; prints the number of its resources. */
import { evaluateProgram } from "../local/evaluate";

const [program, archives] = process.argv.slice(2);
evaluateProgram({ program, stack: "dev", archives }).then(
  ({ resources }) => process.stdout.write(String(resources.length)),
  (error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exitCode = 1;
  },
);
