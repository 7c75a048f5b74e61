-- What one user did with items, the last first.
-- Grain: one row per item, event type and UTC day
-- Reads: marts
-- Params: $user_row, $row_limit
select
    items.item_row,
    items.item_id,
    coalesce(items.title, items.item_id) as item,
    items.category,
    interactions.event_type,
    interactions.event_count,
    interactions.amount_cents,
    interactions.rating,
    interactions.last_at
from marts.interactions as interactions
inner join marts.items as items on interactions.item_row = items.item_row
where interactions.user_row = $user_row
order by interactions.last_at desc, items.item_row asc, interactions.event_type asc
limit ($row_limit)
