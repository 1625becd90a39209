select origin, max(version) as version, count(*) as row_count, sum(amount) as amount
from {{ table("w_rows") }} where exec_date = {{ exec_date }}
group by origin
