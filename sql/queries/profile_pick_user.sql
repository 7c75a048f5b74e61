-- Someone to look at: another one at each turn, and the same one at the same turn.
-- Grain: one row, or none
-- Reads: marts
-- Params: $is_new (someone without a success), $kinds (what counts as one), $turn
with successful as (
    select
        user_row,
        count(distinct item_row) as success_count
    from marts.interactions
    where event_type in (select unnest(cast($kinds as varchar[])))
    group by user_row
)

select users.user_id
from marts.users as users
left join successful on users.user_row = successful.user_row
where
    not users.is_bot
    and (successful.user_row is null) = $is_new
order by
    -- a long history is hard to take in, a short one says little
    not coalesce(successful.success_count between 5 and 60, false),
    md5(concat(users.user_id, cast($turn as varchar)))
limit 1
