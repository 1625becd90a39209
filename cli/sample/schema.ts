/**
 * What one state's hourly emissions file holds: the EPA CEMS columns, in order, as the landing tables declare them.
 */

/** One column of the file. */
export interface SampleColumn {
  readonly name: string;
  /** Type as the Glue table declares it. */
  readonly glue: "int" | "string" | "timestamp" | "float";
}

/** The states whose files the lake takes in. */
export const SAMPLE_STATES = ["OH", "IN"] as const;

/** A state with a sample file. */
export type SampleState = (typeof SAMPLE_STATES)[number];

/** The file's columns; `exec_date` is not among them, because it is the partition. */
export const SAMPLE_COLUMNS: readonly SampleColumn[] = [
  { name: "plant_id_eia", glue: "int" },
  { name: "plant_id_epa", glue: "int" },
  { name: "emissions_unit_id_epa", glue: "string" },
  { name: "operating_datetime_utc", glue: "timestamp" },
  { name: "year", glue: "int" },
  { name: "state", glue: "string" },
  { name: "operating_time_hours", glue: "float" },
  { name: "gross_load_mw", glue: "float" },
  { name: "heat_content_mmbtu", glue: "float" },
  { name: "steam_load_1000_lbs", glue: "float" },
  { name: "so2_mass_lbs", glue: "float" },
  { name: "so2_mass_measurement_code", glue: "string" },
  { name: "nox_mass_lbs", glue: "float" },
  { name: "nox_mass_measurement_code", glue: "string" },
  { name: "co2_mass_tons", glue: "float" },
  { name: "co2_mass_measurement_code", glue: "string" },
];

/** The columns that together name one row. */
export const SAMPLE_GRAIN = ["plant_id_eia", "emissions_unit_id_epa", "operating_datetime_utc"] as const;

/** One unit-hour. */
export interface UnitHour {
  readonly plantIdEia: number;
  readonly unitId: string;
  /** `YYYY-MM-DD HH:MM:SS`, UTC. */
  readonly hour: string;
}

/** The Ohio row that the acceptance test reports wrongly on the first day, and its true 366 tons on the second. */
export const DISPUTED_ROW: UnitHour & { readonly co2MassTons: number } = {
  plantIdEia: 2828,
  unitId: "1",
  hour: "1996-01-01 05:00:00",
  co2MassTons: 366,
};

/** Name under which a state's file arrives, as published. */
export function sampleFileName(state: SampleState): string {
  return `epacems-1996-${state}.parquet`;
}
