-- Dense row number of every user.
-- Grain: one row per user
-- Reads: raw
-- A table: nearly every mart joins it, and gathering the ids reads the whole log.
create or replace table staging.stg_user_rows as
with seen as (
    select user_id from raw.events
    union
    select user_id from raw.users
    union
    select user_id from raw.memberships
    union
    select user_id from raw.assignments
    union
    select user_id from raw.lists
)

select
    user_id,
    cast(row_number() over (order by user_id) - 1 as integer) as user_row
from seen
