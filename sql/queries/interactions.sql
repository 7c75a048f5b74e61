-- The whole mart interactions.
-- Grain: as the mart
-- Reads: marts.interactions
select * from marts.interactions
order by all
