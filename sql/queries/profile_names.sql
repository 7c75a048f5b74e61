-- Names of some items.
-- Grain: one row per item
-- Reads: marts.items
-- Params: $item_rows
select
    item_row,
    item_id,
    coalesce(title, item_id) as item,
    category
from marts.items
where item_row in (select unnest(cast($item_rows as integer[])))
order by item_row
