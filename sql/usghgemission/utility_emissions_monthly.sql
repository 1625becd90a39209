-- CO2 tons per calendar month (UTC), the two states side by side. A month that only one state has stays.
{% from "macros/emissions.sql" import co2_per %}
{% set month = "date_format(operating_datetime_utc, '%Y%m')" %}
with ohio as (
    {{ co2_per(month, "record_month", table("utility_data_oh"), exec_date) | indent(4) }}
),
indiana as (
    {{ co2_per(month, "record_month", table("utility_data_in"), exec_date) | indent(4) }}
)
select
    coalesce(ohio.record_month, indiana.record_month) as record_month,
    ohio.co2_ton as co2_ton_oh,
    indiana.co2_ton as co2_ton_in,
    coalesce(ohio.co2_ton, cast(0 as real)) + coalesce(indiana.co2_ton, cast(0 as real)) as co2_ton_total
from ohio
full outer join indiana on ohio.record_month = indiana.record_month
