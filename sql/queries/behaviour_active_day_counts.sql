-- On how many of the last days of the log users were active.
-- Grain: one row per number of active days that any user has
-- Reads: staging, marts
-- Params: $from_on (first of those days)
with active as (
    select
        user_id,
        count(distinct cast(occurred_at as date)) as active_days
    from staging.stg_events
    where
        event_type <> 'renew'
        and occurred_at >= cast($from_on as date)
        and user_id not in (
            select user_id from marts.users
            where is_bot
        )
    group by user_id
)

select
    active_days,
    count(*) as user_count
from active
group by active_days
order by active_days
