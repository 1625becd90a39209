/** The emissions lake: state emission files become daily and monthly tables, and every number that moves is audited. */
import { AuditedTable, DataLake, DataPipeline, type Cadence, type Columns } from "../infra";
import type { Stage } from "./stage";

/** Hourly continuous emission monitoring, one file per state (EPA CEMS). */
const utilityDataColumns = {
  plant_id_eia: "int",
  plant_id_epa: "int",
  emissions_unit_id_epa: "string",
  operating_datetime_utc: "timestamp",
  year: "int",
  state: "string",
  operating_time_hours: "float",
  gross_load_mw: "float",
  heat_content_mmbtu: "float",
  steam_load_1000_lbs: "float",
  so2_mass_lbs: "float",
  so2_mass_measurement_code: "string",
  nox_mass_lbs: "float",
  nox_mass_measurement_code: "string",
  co2_mass_tons: "float",
  co2_mass_measurement_code: "string",
} as const satisfies Columns;

/** Tons of CO2 of the two states and their sum. */
const co2Columns = { co2_ton_oh: "float", co2_ton_in: "float", co2_ton_total: "float" } as const satisfies Columns;

/** Declares the lake of one stage. */
export function emissionsLake(stage: Stage) {
  const lake = new DataLake("emissions", {
    stage: stage.name,
    account: stage.account,
    region: stage.region,
    bucketPrefix: stage.bucketPrefix,
    dataOnDestroy: stage.dataOnDestroy,
    encryption: stage.encryption,
    catalogEncryption: stage.catalogEncryption,
    retention: stage.retention,
    scanLimit: stage.scanLimit,
    network: stage.network,
    alarmEmail: stage.alarmEmail,
  });

  const utilityData = (state: string) =>
    new AuditedTable(`utility_data_${state}`, {
      lake,
      zone: "landing",
      columns: utilityDataColumns,
      audit: {
        grain: ["plant_id_eia", "emissions_unit_id_epa", "operating_datetime_utc"],
        attributes: ["co2_mass_tons"],
        period: { column: "operating_datetime_utc", pattern: "timestamp" },
      },
    });
  const utilityDataIn = utilityData("in");
  const utilityDataOh = utilityData("oh");

  const utilityEmissionsDaily = new AuditedTable("utility_emissions_daily", {
    lake,
    zone: "processed",
    columns: { record_date: "date", ...co2Columns },
    checks: [{ notNull: ["record_date"] }, { unique: ["record_date"] }, { range: { column: "co2_ton_total", min: 0 } }],
  });

  const utilityEmissionsMonthly = new AuditedTable("utility_emissions_monthly", {
    lake,
    zone: "processed",
    columns: { record_month: "string", ...co2Columns },
    checks: [
      { unique: ["record_month"] },
      { rowCount: { atLeast: 1 }, level: "warn" },
      {
        name: "the total is the sum",
        sql: "select * from candidate where abs(coalesce(co2_ton_oh, 0) + coalesce(co2_ton_in, 0) - co2_ton_total) > 4",
      },
    ],
    audit: {
      grain: ["record_month"],
      attributes: ["co2_ton_oh", "co2_ton_in", "co2_ton_total"],
      period: { column: "record_month", pattern: "YYYYMM" },
    },
  });

  const daily = new DataPipeline("state_emission_daily", {
    lake,
    source: "all_ef_files",
    incoming: [
      { prefix: "epacems-1996-IN", table: utilityDataIn },
      { prefix: "epacems-1996-OH", table: utilityDataOh },
    ],
    lateAfterHour: stage.lateAfterHour,
    steps: [{ model: "usghgemission/utility_emissions_daily.sql", into: utilityEmissionsDaily }],
    parameterName: "sm-usghg-emission-factor-daily",
  });

  const onSecondOfMonth: Cadence = { every: "month", day: 2 };
  const monthly = new DataPipeline("state_emission_monthly", {
    lake,
    after: [daily],
    cadence: stage.cadence === "always" ? { every: "run" } : onSecondOfMonth,
    steps: [{ model: "usghgemission/utility_emissions_monthly.sql", into: utilityEmissionsMonthly }],
    audits: {
      label: "usghgemission_monthly",
      timeGrain: "monthly",
      priorDateFrom: utilityEmissionsMonthly,
      tables: [utilityDataIn, utilityDataOh, utilityEmissionsMonthly],
    },
    views: [{ template: "views/validation.sql", tables: [utilityDataIn, utilityDataOh, utilityEmissionsMonthly] }],
    parameterName: "sm-usghg-emission-factor-monthly",
  });

  return { lake, pipelines: [daily, monthly] };
}
