-- The rows of some items.
-- Grain: one row per item
-- Reads: marts.items
-- Params: $item_ids
select
    item_id,
    item_row
from marts.items
where item_id in (select unnest(cast($item_ids as varchar[])))
order by item_row
