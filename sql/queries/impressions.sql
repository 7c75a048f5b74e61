-- The whole mart impressions.
-- Grain: as the mart
-- Reads: marts.impressions
select * from marts.impressions
order by all
