/**
 * The audited tables of the emissions lake, for tests.
 */
import type { AuditConfig } from "../../audit/config";
import { buildAuditConfig } from "../../audit/build-config";
import type { AuditSpecification } from "../../audit/specification";

export const hourlyColumns = {
  plant_id_eia: "int",
  emissions_unit_id_epa: "string",
  operating_datetime_utc: "timestamp",
  state: "string",
  co2_mass_tons: "float",
};

export const monthlyColumns = {
  record_month: "string",
  co2_ton_oh: "float",
  co2_ton_in: "float",
  co2_ton_total: "float",
};

export const hourlySpecification: AuditSpecification = {
  grain: ["plant_id_eia", "emissions_unit_id_epa", "operating_datetime_utc"],
  attributes: ["co2_mass_tons"],
  period: { column: "operating_datetime_utc", pattern: "timestamp" },
  pipeline: "usghgemission_monthly",
  timeGrain: "monthly",
  reference: { database: "lake", table: "utility_emissions_monthly" },
};

export const monthlySpecification: AuditSpecification = {
  grain: ["record_month"],
  attributes: ["co2_ton_oh", "co2_ton_in", "co2_ton_total"],
  period: { column: "record_month", pattern: "YYYYMM" },
  pipeline: "usghgemission_monthly",
  timeGrain: "monthly",
};

/** A configuration for a table in database `lake`. */
export function configOf(
  table: string,
  columns: Readonly<Record<string, string>>,
  specification: AuditSpecification,
  layer = "landing",
): AuditConfig {
  return buildAuditConfig({
    specification,
    columns,
    database: "lake",
    table,
    layer,
    audit: { database: "audit_db_dev", table: "audit" },
  });
}

export const hourly = configOf("utility_data_oh", hourlyColumns, hourlySpecification);
export const monthly = configOf("utility_emissions_monthly", monthlyColumns, monthlySpecification, "processed");
