MODEL (
  name shop.days,
  kind INCREMENTAL_BY_TIME_RANGE (time_column (day, '%Y-%m-%d')),
  start '2024-01-01',
  cron '@daily'
);
SELECT id, state, CAST(@start_ds AS varchar) AS first_day, day
FROM shop.plants
CROSS JOIN UNNEST(sequence(CAST(@start_ds AS date), CAST(@end_ds AS date), interval '1' day)) AS t(d)
CROSS JOIN UNNEST(ARRAY[date_format(d, '%Y-%m-%d')]) AS u(day)
