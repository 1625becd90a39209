{{ config(materialized='incremental', incremental_strategy='insert_overwrite', partitioned_by=['day'], format='parquet') }}
select plant_id, tons, '{{ var("day", "2024-01-01") }}' as day from {{ ref('plants') }}
