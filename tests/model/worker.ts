/** Plays a share of the slow suite's schedules in a process of its own: `worker.ts <graph.json> <campaign as JSON>`. */
import { readFileSync } from "node:fs";
import type { ResourceGraph } from "../../local/graph";
import { campaign, type Campaign } from "./campaign";

const [graph = "", plan = ""] = process.argv.slice(2);

campaign(JSON.parse(readFileSync(graph, "utf8")) as ResourceGraph, JSON.parse(plan) as Campaign).then(
  (tally) => process.send?.(tally),
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
