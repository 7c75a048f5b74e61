-- Counts and sums of content keys, from which the data hash is made.
-- Grain: one row per raw table
-- Reads: raw
create or replace table marts.data_fingerprint as
select
    'events' as name,
    count(*) as row_count,
    cast(coalesce(sum(cast(
        concat('0x', substr(cast(content_key as varchar), 1, 8)) as bigint
    )), 0) as varchar) as first_sum,
    cast(coalesce(sum(cast(
        concat('0x', substr(cast(content_key as varchar), 29, 8)) as bigint
    )), 0) as varchar) as last_sum
from raw.events
union all
select
    'items' as name,
    count(*) as row_count,
    cast(coalesce(sum(cast(
        concat('0x', substr(cast(content_key as varchar), 1, 8)) as bigint
    )), 0) as varchar) as first_sum,
    cast(coalesce(sum(cast(
        concat('0x', substr(cast(content_key as varchar), 29, 8)) as bigint
    )), 0) as varchar) as last_sum
from raw.items
union all
select
    'users' as name,
    count(*) as row_count,
    cast(coalesce(sum(cast(
        concat('0x', substr(cast(content_key as varchar), 1, 8)) as bigint
    )), 0) as varchar) as first_sum,
    cast(coalesce(sum(cast(
        concat('0x', substr(cast(content_key as varchar), 29, 8)) as bigint
    )), 0) as varchar) as last_sum
from raw.users
union all
select
    'memberships' as name,
    count(*) as row_count,
    cast(coalesce(sum(cast(
        concat('0x', substr(cast(content_key as varchar), 1, 8)) as bigint
    )), 0) as varchar) as first_sum,
    cast(coalesce(sum(cast(
        concat('0x', substr(cast(content_key as varchar), 29, 8)) as bigint
    )), 0) as varchar) as last_sum
from raw.memberships
union all
select
    'assignments' as name,
    count(*) as row_count,
    cast(coalesce(sum(cast(
        concat('0x', substr(cast(content_key as varchar), 1, 8)) as bigint
    )), 0) as varchar) as first_sum,
    cast(coalesce(sum(cast(
        concat('0x', substr(cast(content_key as varchar), 29, 8)) as bigint
    )), 0) as varchar) as last_sum
from raw.assignments
union all
select
    'lists' as name,
    count(*) as row_count,
    cast(coalesce(sum(cast(
        concat('0x', substr(cast(content_key as varchar), 1, 8)) as bigint
    )), 0) as varchar) as first_sum,
    cast(coalesce(sum(cast(
        concat('0x', substr(cast(content_key as varchar), 29, 8)) as bigint
    )), 0) as varchar) as last_sum
from raw.lists
