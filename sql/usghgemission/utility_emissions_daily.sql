-- CO2 tons per calendar day (UTC), the two states side by side. A day that only one state has stays.
{% from "macros/emissions.sql" import co2_per %}
{% set day = "cast(operating_datetime_utc as date)" %}
with ohio as (
    {{ co2_per(day, "record_date", table("utility_data_oh"), exec_date) | indent(4) }}
),
indiana as (
    {{ co2_per(day, "record_date", table("utility_data_in"), exec_date) | indent(4) }}
)
select
    coalesce(ohio.record_date, indiana.record_date) as record_date,
    ohio.co2_ton as co2_ton_oh,
    indiana.co2_ton as co2_ton_in,
    coalesce(ohio.co2_ton, cast(0 as real)) + coalesce(indiana.co2_ton, cast(0 as real)) as co2_ton_total
from ohio
full outer join indiana on ohio.record_date = indiana.record_date
