-- The whole mart items.
-- Grain: as the mart
-- Reads: marts.items
select * from marts.items
order by all
