-- Items whose title or id holds a text; without a text those that are used most.
-- Grain: one row per item
-- Reads: marts.items
-- Params: $text, $row_limit
select
    item_row,
    item_id,
    coalesce(title, item_id) as item
from marts.items
where
    $text is null
    or contains(lower(item_id), lower($text))
    or contains(lower(title), lower($text))
order by
    coalesce(lower(item_id) = lower($text), false) desc,
    coalesce(lower(title) = lower($text), false) desc,
    event_count desc,
    item_row asc
limit ($row_limit)
