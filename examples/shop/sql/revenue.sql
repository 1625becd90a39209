select
    date_format(ordered_at, '%Y%m') as month,
    country,
    sum(amount) as amount
from {{ table("orders") }}
where exec_date = {{ exec_date }}
group by 1, 2
