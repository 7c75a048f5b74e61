-- The whole mart event_types.
-- Grain: as the mart
-- Reads: marts.event_types
select * from marts.event_types
order by all
