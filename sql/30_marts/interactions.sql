-- What users did with items, summed by day.
-- Grain: user x item x event type x UTC day
-- Reads: staging, intermediate
create or replace table marts.interactions as
with daily as (
    select
        user_id,
        item_id,
        event_type,
        count(*) as event_count,
        cast(sum(coalesce(quantity, 1)) as double) as quantity,
        cast(coalesce(sum(amount_cents), 0) as bigint) as amount_cents,
        cast(sum(cast(rating * 1000000 as bigint)) as double)
        / nullif(count(rating), 0) / 1000000 as rating,
        max(occurred_at) as last_at
    from staging.stg_events
    where
        item_id is not null
        and event_type not in ('impression', 'ad_impression', 'ad_click', 'search')
    group by user_id, item_id, event_type, cast(occurred_at as date)
)

select
    user_rows.user_row,
    item_rows.item_row,
    daily.event_type,
    daily.event_count,
    daily.quantity,
    daily.amount_cents,
    daily.rating,
    daily.last_at
from daily
inner join intermediate.int_user_rows as user_rows on daily.user_id = user_rows.user_id
inner join intermediate.int_item_rows as item_rows on daily.item_id = item_rows.item_id
