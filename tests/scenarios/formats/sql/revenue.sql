-- What each shop earned in a month, at its rate.
select
    date_format(sales.at, '%Y%m') as month,
    sales.shop,
    sum(cast(sales.amount as double) * shops.rate) as amount
from {{ table("sales") }} as sales
join {{ table("shops") }} as shops on sales.shop = shops.shop and shops.exec_date = {{ exec_date }}
where sales.exec_date = {{ exec_date }}
group by date_format(sales.at, '%Y%m'), sales.shop
