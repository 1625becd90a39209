-- Tons per day and state.
{% from "macros/sums.sql" import tons_by %}
{% set keys = "cast(hour as date), state" %}
with sums (day, state, tons, readings) as (
    {{ tons_by(keys, table("readings"), exec_date) | indent(4) }}
)
select
    day,
    state,
    tons,
    readings
from sums
where {{ parameters.unit }} = 'tons'
