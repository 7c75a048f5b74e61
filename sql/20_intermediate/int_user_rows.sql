-- Dense row number of every user.
-- Grain: one row per user
-- Reads: staging, raw
create or replace view intermediate.int_user_rows as
with seen as (
    select user_id from staging.stg_events
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
