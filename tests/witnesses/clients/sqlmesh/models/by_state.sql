MODEL (
  name shop.by_state,
  kind FULL,
  grain state,
  audits (not_null(columns := (state)), unique_values(columns := (state)))
);
SELECT state, count(*) AS plants FROM shop.plants GROUP BY state
