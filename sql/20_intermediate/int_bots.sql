-- Users whose behaviour no person could show: over 50,000 events and over 5,000 a day.
-- Grain: one row per flagged user
-- Reads: staging.stg_events
create or replace table intermediate.int_bots as
with acts as (
    select
        user_id,
        occurred_at
    from staging.stg_events
    where
        event_type not in (
            'rating', 'purchase', 'return', 'impression', 'ad_impression'
        )
),

-- days are counted for the few users whom their number of events makes suspect
busy as (
    select user_id
    from acts
    group by user_id
    having count(*) > 50000
)

select user_id
from acts
where user_id in (select busy.user_id from busy)
group by user_id
having count(*) > 5000 * count(distinct cast(occurred_at as date))
