{#- What a person looks at first after a run: rows, missing values and sums of each execution date, side by side. -#}
create or replace view {{ view }} as
select
  exec_date,
{% for name in attributes %}
  count_if({{ name }} is null) as {{ name }}_missing,
  sum({{ name }}) as {{ name }}_sum,
{% endfor %}
  count(*) as row_count
from {{ subject }}
group by exec_date
