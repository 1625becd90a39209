-- The sum of a column by name.
select
    names.name,
    max(readings.day) as day,
    sum(readings.a001) as total
from {{ table("wide_rows") }} as readings
join {{ table("row_names") }} as names on names.id = readings.id
where readings.exec_date = {{ exec_date }}
group by names.name
