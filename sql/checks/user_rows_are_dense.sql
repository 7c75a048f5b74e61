-- Row numbers of users that are not dense and unique.
-- Grain: one row when broken
-- Reads: marts.users
select count(*) as row_count
from marts.users
having
    count(*) > 0
    and (
        count(distinct user_row) <> count(*)
        or count(distinct user_id) <> count(*)
        or max(user_row) <> count(*) - 1
    )
