/** Functions that run in this process write their log lines to its standard output, where nobody wants thousands of them. */

/** Keeps log lines of functions from standard output until the function returned is called. */
export function withoutFunctionLogs(): () => void {
  const { stdout } = process;
  const write = stdout.write.bind(stdout);
  stdout.write = ((chunk: string | Uint8Array, ...more: []) =>
    typeof chunk === "string" && chunk.startsWith('{"level":') ? true : write(chunk, ...more)) as typeof stdout.write;
  return () => {
    stdout.write = write as typeof stdout.write;
  };
}
