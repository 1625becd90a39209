MODEL (
  name shop.plants,
  kind SEED (path '../seeds/plants.csv'),
  columns (id int, state varchar, opened date),
  grain id
);
