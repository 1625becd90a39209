{{ config(materialized='view') }}
select * from {{ ref('plants') }} where state = 'OH'
