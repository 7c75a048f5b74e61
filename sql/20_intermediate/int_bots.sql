-- Users whose behaviour no person could show: over 50,000 events and over 5,000 a day.
-- Grain: one row per flagged user
-- Reads: staging.stg_events
-- Days are counted only for the few whom all their events together make suspect.
create or replace table intermediate.int_bots as
with busy as (
    select user_id
    from staging.stg_events
    group by user_id
    having count(*) > 50000
)

select busy.user_id
from staging.stg_events as events
inner join busy on events.user_id = busy.user_id
where
    events.event_type not in (
        'rating', 'purchase', 'return', 'impression', 'ad_impression'
    )
group by busy.user_id
having
    count(*) > 50000
    and count(*) > 5000 * count(distinct cast(events.occurred_at as date))
