-- Kinds of event in the log.
-- Grain: one row per event type
-- Reads: staging
create or replace table marts.event_types as
select
    event_type,
    count(*) as event_count,
    count(distinct user_id) as user_count,
    count(item_id) > 0 as has_item
from staging.stg_events
group by event_type
order by event_type
