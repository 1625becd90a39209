-- Tons per plant, with its name.
with readings as (
    select plant_id, sum(tons) as tons, sum(amount) as spent, array_agg(distinct fuel) as tags
    from {{ table("readings") }}
    where exec_date = {{ exec_date }}
    group by plant_id
)
select
    readings.plant_id,
    plants.name,
    readings.tons,
    readings.spent,
    readings.tags
from readings
join {{ table("plants") }} as plants on plants.plant_id = readings.plant_id and plants.exec_date = {{ exec_date }}
where length(plants.name) > 0
order by tons desc
