-- The whole mart monthly_activity.
-- Grain: as the mart
-- Reads: marts.monthly_activity
select * from marts.monthly_activity
order by all
