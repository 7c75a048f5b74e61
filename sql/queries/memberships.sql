-- The whole mart memberships.
-- Grain: as the mart
-- Reads: marts.memberships
select * from marts.memberships
order by all
