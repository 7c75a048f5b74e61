-- Every item seen in any file; price is the catalogue's, else the median paid.
-- Grain: one row per item
-- Reads: staging, raw
create or replace table marts.items as
with event_facts as (
    select
        item_id,
        count(*) as event_count,
        median(cast(unit_price as double)) filter (
            where event_type = 'purchase' and unit_price > 0
        ) as paid_price,
        min(occurred_at) as first_at
    from staging.stg_events
    where item_id is not null
    group by item_id
)

select
    seen.item_row,
    seen.item_id,
    raw_items.title,
    raw_items.category,
    raw_items.tags,
    raw_items.text,
    coalesce(cast(raw_items.price as double), event_facts.paid_price) as price,
    cast(raw_items.unit_cost as double) as unit_cost,
    raw_items.stock,
    cast(raw_items.sponsored_bid as double) as sponsored_bid,
    raw_items.embedding,
    coalesce(event_facts.event_count, 0) as event_count,
    coalesce(raw_items.members_only, false) as members_only,
    raw_items.published_at,
    event_facts.first_at
from staging.stg_item_rows as seen
left join event_facts on seen.item_id = event_facts.item_id
left join raw.items as raw_items on seen.item_id = raw_items.item_id
order by item_row
