-- Dense row number of every item.
-- Grain: one row per item
-- Reads: raw
-- A table for the same reason as that of the users.
create or replace table staging.stg_item_rows as
with seen as (
    select item_id from raw.events
    where item_id is not null
    union
    select item_id from raw.items
    union
    select item_id from raw.lists
)

select
    item_id,
    cast(row_number() over (order by item_id) - 1 as integer) as item_row
from seen
