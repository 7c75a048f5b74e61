-- Users whose behaviour no person could show: over 50,000 events and over 5,000 a day.
-- Grain: one row per flagged user
-- Reads: staging.stg_events
create or replace view intermediate.int_bots as
select user_id
from staging.stg_events
where event_type not in ('rating', 'purchase', 'return', 'impression', 'ad_impression')
group by user_id
having
    count(*) > 50000
    and count(*) > 5000 * count(distinct cast(occurred_at as date))
