/**
 * Makes the file that an upstream delivers by mistake: the same rows, one of them with another number. The acceptance
 * test lands it first and the original a day later.
 */
import { mkdir, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { CommandError } from "../command-error";
import { sqlString, withDuckDb } from "./duckdb";
import { DISPUTED_ROW, type UnitHour } from "./schema";

/** CO2 that the disputed row carries on the first day, in tons. */
const MISREPORTED_TONS = 3_660_000;

/** What to change in which file. */
export interface Misreport {
  /** The original Parquet file; it stays as it is. */
  readonly from: string;
  /** Where the changed copy is written; an existing file is replaced whole. */
  readonly to: string;
  /** @default plant 2828, unit 1, 1996-01-01 05:00 UTC */
  readonly row?: UnitHour;
  /** @default 3,660,000 */
  readonly co2MassTons?: number;
}

/** Writes the changed copy. Throws {@link CommandError} unless exactly one row of the file is the one to change. */
export async function misreport(request: Misreport): Promise<void> {
  const { from, to, row = DISPUTED_ROW, co2MassTons = MISREPORTED_TONS } = request;
  // Compared as moments, so that it makes no difference whether the file's timestamps carry a time zone.
  const isTheRow = `plant_id_eia = ${row.plantIdEia} AND emissions_unit_id_epa = ${sqlString(row.unitId)}
    AND epoch_ms(operating_datetime_utc) = epoch_ms(TIMESTAMP ${sqlString(row.hour)})`;
  await mkdir(dirname(to), { recursive: true });
  const scratch = `${to}.${process.pid}.tmp`;
  await withDuckDb(async (duckdb) => {
    const source = `read_parquet(${sqlString(from)})`;
    const [[found]] = (
      await duckdb.runAndReadAll(`SELECT count(*)::INTEGER FROM ${source} WHERE ${isTheRow}`)
    ).getRows();
    if (found !== 1) {
      throw new CommandError(
        `${from} has ${String(found)} rows for plant ${row.plantIdEia}, unit ${row.unitId}, ${row.hour} UTC; expected exactly one.`,
      );
    }
    await duckdb.run("SET threads = 1; SET preserve_insertion_order = true;");
    await duckdb.run(`
      COPY (
        SELECT * REPLACE (CASE WHEN ${isTheRow} THEN ${co2MassTons} ELSE co2_mass_tons END::FLOAT AS co2_mass_tons)
        FROM ${source}
      ) TO ${sqlString(scratch)} (FORMAT parquet)`);
  });
  await rename(scratch, to);
}
