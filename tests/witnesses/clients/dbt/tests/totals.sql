select 1 where (select sum(tons) from {{ ref('by_state') }}) <> 31.75
