{# Tons of one table, summed. #}
{% macro tons_by(columns, source, exec_date, unit="t") -%}
select
    {{ columns }},
    sum(tons) as tons,
    count(*) as readings
from {{ source }}
where exec_date = {{ exec_date }}
group by {{ columns }}
{%- endmacro %}
