/**
 * Makes a state's 1996 emissions file where the real one cannot be had: same schema, same size, the same kinds of gaps,
 * and the same bytes each time. The values are invented.
 */
import { mkdir, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { FLEETS, type Duty, type Fleet } from "./fleet";
import { DISPUTED_ROW, SAMPLE_COLUMNS, type SampleColumn, type SampleState } from "./schema";
import { sqlString, withDuckDb } from "./duckdb";

/** Raised whenever the generator's output changes: files of an older version are not used again. */
export const GENERATOR_VERSION = 1;

/** Hours of the leap year 1996. */
export const HOURS_OF_1996 = 8784;

/** What to generate. */
export interface SampleRequest {
  readonly state: SampleState;
  /** Where to write; an existing file is replaced, never seen half-written. */
  readonly file: string;
  /**
   * Rows, units in the order of the fleet, 8784 each; the last unit has what is left.
   * @default the state's real number: 647,808 for Ohio, about as many for Indiana
   */
  readonly rows?: number;
}

/**
 * Writes one state's file. Throws if more rows are asked for than the state's plants have hours.
 *
 * @example await generateSample({ state: "OH", file: "small.parquet", rows: 2 * 8784 })
 */
export async function generateSample(request: SampleRequest): Promise<void> {
  const fleet = FLEETS[request.state];
  const rows = request.rows ?? fleet.rows;
  const most = fleet.units.length * HOURS_OF_1996;
  if (!Number.isInteger(rows) || rows < 1 || rows > most) {
    throw new Error(`The sample of ${request.state} can have 1 to ${most} rows, not ${rows}.`);
  }
  await mkdir(dirname(request.file), { recursive: true });
  const scratch = `${request.file}.${process.pid}.tmp`;
  // One thread and no reordering: the same request always gives the same bytes.
  await withDuckDb(async (duckdb) => {
    await duckdb.run("SET threads = 1; SET preserve_insertion_order = true;");
    await duckdb.run(MIX_MACRO);
    await duckdb.run(`COPY (${sampleQuery(request.state, fleet, rows)}) TO ${sqlString(scratch)} (FORMAT parquet)`);
  });
  await rename(scratch, request.file);
}

/**
 * Scatters a number below 2³² over 0 … 2³²−1, always the same way: DuckDB's own `hash` may change between versions and
 * `random` does between runs. A multiplicative hash, twice, with the high bits folded into the low ones.
 */
const MIX_MACRO = `
  CREATE MACRO mix_once(x) AS xor((x * 2654435761) % 4294967296, ((x * 2654435761) % 4294967296) >> 15);
  CREATE MACRO mix(x) AS mix_once(mix_once(x::UBIGINT));`;

/** Load by hour of the local day and by month, as a part of the unit's size. Tables: sine is not the same everywhere. */
const DAY_SHAPE =
  "[0.70,0.67,0.65,0.65,0.67,0.73,0.83,0.92,0.97,1.0,1.01,1.01,1.0,1.0,0.99,0.98,0.99,1.02,1.04,1.03,1.0,0.94,0.85,0.77]";
const YEAR_SHAPE = "[1.06,1.03,0.95,0.86,0.90,1.02,1.12,1.11,0.98,0.88,0.93,1.02]";

/** Part of its size at which a unit of a duty runs on average, and how many of 1000 four-day spans it is broken down. */
const DUTIES: Readonly<Record<Duty, { load: number; outages: number }>> = {
  base: { load: 0.66, outages: 50 },
  cycling: { load: 0.55, outages: 110 },
  steam: { load: 0.6, outages: 60 },
};

function sampleQuery(state: SampleState, fleet: Fleet, rows: number): string {
  const seed = state.charCodeAt(0) * 256 + state.charCodeAt(1);
  const years = Math.floor(rows / HOURS_OF_1996);
  const left = rows % HOURS_OF_1996;
  const lastHours = fleet.lastUnit === "retires" ? `hour < ${left}` : `hour >= ${HOURS_OF_1996 - left}`;
  const units = fleet.units
    .slice(0, years + 1)
    .map(({ plant, id, megawatts, duty, hoursToUtc, reportsCo2 }, number) => {
      const { load, outages } = DUTIES[duty];
      const mean = megawatts * load * fleet.loading;
      return `(${number}, ${plant}, ${sqlString(id)}, ${mean}::DOUBLE, ${outages}, ${duty !== "base"}, ${duty === "steam"}, ${hoursToUtc}, ${reportsCo2})`;
    });
  const { plantIdEia, unitId, hour, co2MassTons } = DISPUTED_ROW;
  return `
    WITH unit AS (
      SELECT *,
        mix(${seed} * 1000 + number) AS trait
      FROM (VALUES ${units.join(",\n        ")})
        AS unit(number, plant, id, mean_mw, outages, rests_at_weekends, makes_steam, hours_to_utc, reports_co2)
    ), hourly AS (
      SELECT unit.*, hour, hour // 24 AS day,
        to_timestamp(820454400 + (hour + hours_to_utc) * 3600) AS utc,
        mix(${seed} * 60000 + number * ${HOURS_OF_1996} + hour) AS chance,
        mix(${seed} * 50000 + number * 1000 + hour // 96) AS fate
      FROM unit, (SELECT unnest(range(${HOURS_OF_1996})) AS hour)
      WHERE number < ${years} OR ${lastHours}
    ), run AS (
      SELECT *,
        plant = ${plantIdEia} AND id = ${sqlString(unitId)} AND utc = TIMESTAMPTZ ${sqlString(`${hour}+00`)} AS disputed,
        -- Off: broken down, away for its yearly overhaul (March to November), or not needed at a weekend.
        fate % 1000 < outages
          OR day - (70 + trait % 230)::BIGINT BETWEEN 0 AND 13 + (trait >> 8) % 21
          OR (rests_at_weekends AND day % 7 >= 5 AND (fate >> 12) % 2 = 0) AS off,
        mean_mw * (${DAY_SHAPE})[(hour % 24 + 1)::BIGINT]
          * (${YEAR_SHAPE})[month(DATE '1996-01-01' + day::INTEGER)]
          * (0.90 + (chance % 4096) / 20480.0) AS mw,
        CASE WHEN (chance >> 12) % 128 = 0 THEN 0.25 * (1 + (chance >> 19) % 3) ELSE 1.0 END AS part
      FROM hourly
    ), burnt AS (
      SELECT *,
        CASE WHEN disputed THEN ${co2MassTons} / 0.1026
          WHEN NOT off THEN mw * part * (9.3 + (trait % 1000) / 600.0) END AS mmbtu,
        -- A third of the plants report zeros for an hour that a unit stood still, the others nothing.
        CASE WHEN trait % 3 = 0 THEN 0.0 END AS still
      FROM run
    )
    SELECT ${SAMPLE_COLUMNS.map(
      (column) => `(${MEASUREMENTS[column.name] ?? ""})::${duckDbType(column)} AS ${column.name}`,
    )
      .join(",\n      ")
      .replace(/\$state/g, sqlString(state))}
    FROM burnt
    ORDER BY number, hour`;
}

/** How each column follows from a unit-hour: `mmbtu` is NULL while the unit stands still. */
const MEASUREMENTS: Readonly<Record<string, string>> = {
  plant_id_eia: "plant",
  plant_id_epa: "plant",
  emissions_unit_id_epa: "id",
  operating_datetime_utc: "utc",
  year: "1996",
  state: "$state",
  operating_time_hours: "CASE WHEN mmbtu IS NULL THEN 0 WHEN disputed THEN 1 ELSE part END",
  gross_load_mw: "CASE WHEN NOT makes_steam THEN coalesce(round(mmbtu / (9.3 + (trait % 1000) / 600.0)), still) END",
  heat_content_mmbtu: "coalesce(round(mmbtu, 1), still)",
  steam_load_1000_lbs: "CASE WHEN makes_steam THEN coalesce(round(mmbtu * 0.74), still) END",
  so2_mass_lbs: "coalesce(round(mmbtu * (0.7 + ((trait >> 4) % 1000) / 210.0), 1), still)",
  so2_mass_measurement_code: measurementCode(3),
  nox_mass_lbs: "coalesce(round(mmbtu * (0.35 + ((trait >> 10) % 1000) / 1300.0), 3), still)",
  nox_mass_measurement_code: measurementCode(9),
  co2_mass_tons: "CASE WHEN disputed THEN 366 WHEN reports_co2 THEN coalesce(round(mmbtu * 0.1026, 1), still) END",
  co2_mass_measurement_code: `CASE WHEN reports_co2 THEN ${measurementCode(15)} END`,
};

/** How a pollutant was measured: mostly measured, sometimes filled in, unknown once in a while; nothing while still. */
function measurementCode(shift: number): string {
  return `CASE WHEN mmbtu IS NULL THEN NULL
    WHEN trait % 11 = 0 THEN 'Calculated'
    WHEN (chance >> ${shift}) % 1024 < 60 THEN 'Measured and Substitute'
    WHEN (chance >> ${shift}) % 1024 < 85 THEN 'Substitute'
    WHEN (chance >> ${shift}) % 1024 < 87 THEN 'Unknown Code'
    WHEN (chance >> ${shift}) % 1024 < 90 THEN NULL
    ELSE 'Measured' END`;
}

/** The published files store moments of UTC, not wall-clock times: so do these. */
function duckDbType(column: SampleColumn): string {
  return { int: "INTEGER", string: "VARCHAR", timestamp: "TIMESTAMPTZ", float: "FLOAT" }[column.glue];
}
