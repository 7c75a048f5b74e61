-- Ids that hold a text, those that begin with it first.
-- Grain: one row per user
-- Reads: marts.users
-- Params: $text, $row_limit
select user_id
from marts.users
where contains(lower(user_id), lower($text))
order by not starts_with(lower(user_id), lower($text)), length(user_id), user_id
limit ($row_limit)
