{% macro tons_by(column, source, exec_date) -%}
select {{ column }}, sum(tons) as tons
from {{ source }}
where exec_date = {{ exec_date }}
group by {{ column }}
{%- endmacro %}
