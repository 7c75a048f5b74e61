-- What was done on each day, by type of event.
-- Grain: one row per UTC day and event type
-- Reads: staging, marts
-- Params: none
select
    cast(occurred_at as date) as day_on,
    event_type,
    count(*) as event_count
from staging.stg_events
where
    user_id not in (
        select user_id from marts.users
        where is_bot
    )
group by cast(occurred_at as date), event_type
order by day_on, event_type
