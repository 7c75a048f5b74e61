-- The whole mart users.
-- Grain: as the mart
-- Reads: marts.users
select * from marts.users
order by all
