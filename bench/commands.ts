/** Measures commands on the emissions lake after `npm start`, and what its functions weigh and take to start. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { inMilliseconds, interleaved, load, markdown, median, ratio } from "./measure";
import { node, tributary } from "./processes";

const query = "select count(*) from processed_db_dev.utility_emissions_monthly";
const loading = `require("@duckdb/node-api").DuckDBInstance.create(":memory:").then((db) => db.connect()).then((c) => c.runAndReadAll("select 1"))`;

/** The page's section. @param state folder of the lake's state */
export async function commandsSection(state: string, rounds: number): Promise<string> {
  const begun = load();
  const command = (...args: string[]) => ({
    name: `tributary ${args.map((arg) => (arg.includes(" ") ? `"…"` : arg)).join(" ")}`,
    run: async () => void (await tributary("--state", state, ...args)),
  });
  const measured = await interleaved(
    [
      { name: "node, DuckDB: select 1", run: async () => void (await node(["-e", loading])) },
      command("--help"),
      command("status"),
      command("query", query),
      command("check"),
    ],
    rounds,
  );
  const [{ milliseconds: least }] = measured;
  const rows = measured.map(({ name, milliseconds }) => [
    name,
    inMilliseconds(milliseconds),
    ratio(milliseconds, least),
  ]);
  return `In a clone, the second time: modules and handlers are compiled. Median of ${rounds}; load ${begun} at first, ${load()} at the end.

${markdown(["command", "time", "÷ node + DuckDB"], rows)}`;
}

/** The page's section about archives and cold starts, from what a run left behind. */
export function functionsSection(state: string): string {
  const archives = join(state, "archives");
  const sizes = readdirSync(archives).map((name) => bytesOf(join(archives, name)));
  const starts = textsBelow(state).flatMap((text) =>
    [...text.matchAll(/Init Duration: ([\d.]+) ms/g)].map(([, milliseconds]) => Number(milliseconds)),
  );
  const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(2)} MB`;
  const rows = [
    ["archives", String(sizes.length)],
    ["smallest, median, largest", [Math.min(...sizes), median(sizes), Math.max(...sizes)].map(megabytes).join(", ")],
    ["cold starts in `npm start`", String(starts.length)],
    [
      "fastest, median, slowest",
      [Math.min(...starts), median(starts), Math.max(...starts)].map(inMilliseconds).join(", "),
    ],
  ];
  return `What \`npm start\` deployed, unpacked, and the start of its functions' processes until they take their first event.

${markdown(["what", "how much"], rows)}`;
}

function bytesOf(path: string): number {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.size;
  return readdirSync(path).reduce((sum, name) => sum + bytesOf(join(path, name)), 0);
}

/** Texts of the logs below a folder. */
function textsBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /(^|[\\/])logs[\\/]/.test(name))
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, "utf8"));
}
