-- Tons by region.
select region, max(day) as day, sum(tons) as tons
from {{ table("orders") }}
where exec_date = {{ exec_date }}
group by region
