-- Delivered lists under row numbers.
-- Grain: one row per raw row
-- Reads: raw, staging
create or replace table marts.imported_lists as
select
    user_rows.user_row,
    item_rows.item_row,
    given.policy,
    given.rank
from raw.lists as given
inner join staging.stg_user_rows as user_rows
    on given.user_id = user_rows.user_id
inner join staging.stg_item_rows as item_rows
    on given.item_id = item_rows.item_id
