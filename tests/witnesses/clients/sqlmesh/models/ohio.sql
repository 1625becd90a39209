MODEL (name shop.ohio, kind VIEW);
SELECT id, opened FROM shop.plants WHERE state = 'OH'
