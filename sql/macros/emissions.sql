{# CO2 of one state's landing file, summed per period. The landing tables report tons per unit and hour. #}
{% macro co2_per(period, name, source, exec_date) -%}
select
    {{ period }} as {{ name }},
    sum(co2_mass_tons) as co2_ton
from {{ source }}
where exec_date = {{ exec_date }}
group by {{ period }}
{%- endmacro %}
