-- All tons of a date: no step of the program that is right uses it.
select sum(tons) as tons
from {{ table("per_day") }}
where exec_date = {{ exec_date }}
