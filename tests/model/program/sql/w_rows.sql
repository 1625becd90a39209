select 'u' as origin, id, amount, version, '202401' as month
from {{ table("u_daily") }} where exec_date = {{ exec_date }}
union all
select 'v' as origin, id, amount, version, '202401' as month
from {{ table("v_daily") }} where exec_date = {{ exec_date }}
