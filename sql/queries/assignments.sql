-- The whole mart assignments.
-- Grain: as the mart
-- Reads: marts.assignments
select * from marts.assignments
order by all
