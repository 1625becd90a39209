{{ config(materialized='table', format='parquet') }}
select state, sum(tons) as tons, count(*) as plants from {{ ref('plants') }} group by state
