-- Counts and sums of content keys, from which the data hash is made.
-- Grain: one row per raw table that holds anything
-- Reads: raw
-- The sums are of the first and of the last 32 bits of the keys.
create or replace table marts.data_fingerprint as
with keys as (
    select
        'events' as name,
        content_key
    from raw.events
    union all
    select
        'items' as name,
        content_key
    from raw.items
    union all
    select
        'users' as name,
        content_key
    from raw.users
    union all
    select
        'memberships' as name,
        content_key
    from raw.memberships
    union all
    select
        'assignments' as name,
        content_key
    from raw.assignments
    union all
    select
        'lists' as name,
        content_key
    from raw.lists
)

select
    name,
    count(*) as row_count,
    cast(sum(cast(cast(content_key as uhugeint) >> 96 as bigint)) as varchar)
        as first_sum,
    cast(sum(cast(
        cast(content_key as uhugeint) & cast(4294967295 as uhugeint) as bigint
    )) as varchar) as last_sum
from keys
group by name
