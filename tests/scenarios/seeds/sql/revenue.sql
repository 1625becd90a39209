-- What each country spent in a month, in one currency, by the country's name.
select
    date_format(orders.at, '%Y%m') as month,
    countries.name,
    sum(orders.amount * cast(countries.rate as double)) as amount
from {{ table("orders") }} as orders
join {{ table("countries") }} as countries on orders.country = countries.country
where orders.exec_date = {{ exec_date }}
group by date_format(orders.at, '%Y%m'), countries.name
