-- The whole mart visits.
-- Grain: as the mart
-- Reads: marts.visits
select * from marts.visits
order by all
