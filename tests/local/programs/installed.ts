import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

/** The packages that this one depends on: a function of a test program needs few or none of them. */
export const installed: string[] = Object.keys(
  z
    .object({ dependencies: z.record(z.string(), z.string()) })
    .parse(JSON.parse(readFileSync(join(__dirname, "..", "..", "..", "package.json"), "utf8"))).dependencies,
);
