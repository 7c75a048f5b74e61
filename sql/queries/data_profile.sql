-- The whole mart data_profile.
-- Grain: as the mart
-- Reads: marts.data_profile
select * from marts.data_profile
order by all
