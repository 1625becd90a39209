-- How many rows of the shops could not be read, by reason.
select reason, count(*) as found
from {{ table("shops__rejected") }}
where exec_date = {{ exec_date }}
group by reason
