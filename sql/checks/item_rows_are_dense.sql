-- Row numbers of items that are not dense and unique.
-- Grain: one row when broken
-- Reads: marts.items
select count(*) as row_count
from marts.items
having
    count(*) > 0
    and (
        count(distinct item_row) <> count(*)
        or count(distinct item_id) <> count(*)
        or max(item_row) <> count(*) - 1
    )
