-- Each click with the newest rate that there was.
select clicks.id, rates.rate
from {{ table("clicks") }} as clicks
cross join {{ table("rates") }} as rates
where clicks.exec_date = {{ exec_date }}
    and rates.exec_date = {{ latest.rates }}
