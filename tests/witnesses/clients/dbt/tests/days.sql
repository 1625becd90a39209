-- Each build adds its day, and leaves those before it.
select day, count(*) as plants from {{ ref('history') }} where day <= '{{ var("day", "2024-01-01") }}' group by day having count(*) <> 3
union all
select 'missing', 0 where (select count(distinct day) from {{ ref('history') }}) <> day_of_month(date '{{ var("day", "2024-01-01") }}')
