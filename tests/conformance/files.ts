/** Files that the scenario lands: small, generated, the same each time. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { withDuckDb } from "../../cli/sample/duckdb";
import { generateSample } from "../../cli/sample/generate";
import { misreport } from "../../cli/sample/misreport";

/** Rows of each state: what Athena scans of them costs less than its smallest price. */
const rows = 2_000;

/** Paths by what is in them. */
export interface ScenarioFiles {
  readonly ohio: string;
  readonly indiana: string;
  /** Ohio with one wrong number. */
  readonly misreported: string;
  /** Ohio with numbers below zero, which a check of the daily table forbids. */
  readonly negative: string;
  readonly noParquet: string;
  readonly lacking: string;
}

/** Makes the files in a folder. */
export async function makeFiles(folder: string): Promise<ScenarioFiles> {
  const place = (kind: string, name: string): string => {
    mkdirSync(join(folder, kind), { recursive: true });
    return join(folder, kind, name);
  };
  const [ohioName, indianaName] = ["epacems-1996-OH.parquet", "epacems-1996-IN.parquet"];
  const files: ScenarioFiles = {
    ohio: place("good", ohioName),
    indiana: place("good", indianaName),
    misreported: place("misreported", ohioName),
    negative: place("negative", ohioName),
    noParquet: place("text", ohioName),
    lacking: place("lacking", ohioName),
  };
  await generateSample({ state: "OH", file: files.ohio, rows });
  await generateSample({ state: "IN", file: files.indiana, rows });
  await misreport({ from: files.ohio, to: files.misreported });
  writeFileSync(files.noParquet, "plant_id_eia,co2_mass_tons\n1,2\n");
  await withDuckDb(async (connection) => {
    const copy = (columns: string, to: string) =>
      connection.run(`COPY (SELECT ${columns} FROM '${files.ohio}') TO '${to}' (FORMAT parquet)`);
    await copy("* REPLACE ((-1e6)::FLOAT AS co2_mass_tons)", files.negative);
    await copy("* EXCLUDE (co2_mass_tons)", files.lacking);
  });
  return files;
}
