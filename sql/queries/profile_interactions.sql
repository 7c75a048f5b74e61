-- The rows of one user, as the whole mart has them.
-- Grain: as the mart
-- Reads: marts.interactions
-- Params: $user_row
select * from marts.interactions
where user_row = $user_row
order by all
