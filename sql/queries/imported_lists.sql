-- The whole mart imported_lists.
-- Grain: as the mart
-- Reads: marts.imported_lists
select * from marts.imported_lists
order by all
