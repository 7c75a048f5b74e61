-- What users did with items, summed by day.
-- Grain: user x item x event type x UTC day
-- Reads: staging
create or replace table marts.interactions as
select
    user_rows.user_row,
    item_rows.item_row,
    events.event_type,
    count(*) as event_count,
    cast(sum(coalesce(events.quantity, 1)) as double) as quantity,
    cast(coalesce(sum(events.amount_cents), 0) as bigint) as amount_cents,
    cast(sum(cast(events.rating * 1000000 as bigint)) as double)
    / nullif(count(events.rating), 0) / 1000000 as rating,
    max(events.occurred_at) as last_at
from staging.stg_events as events
inner join staging.stg_user_rows as user_rows on events.user_id = user_rows.user_id
inner join staging.stg_item_rows as item_rows on events.item_id = item_rows.item_id
where
    events.event_type not in ('impression', 'ad_impression', 'ad_click', 'search')
group by
    user_rows.user_row,
    item_rows.item_row,
    events.event_type,
    cast(events.occurred_at as date)
