-- Every user seen in any file, with a dense row number.
-- Grain: one row per user
-- Reads: staging, intermediate, raw
create or replace table marts.users as
with event_facts as (
    select
        user_id,
        count(*) as event_count,
        min(occurred_at) as first_at,
        max(occurred_at) as last_at
    from staging.stg_events
    group by user_id
),

ranked as (
    select
        seen.user_id,
        raw_users.segment,
        raw_users.country,
        coalesce(event_facts.event_count, 0) as event_count,
        coalesce(raw_users.opted_out, false) as opted_out,
        bots.user_id is not null as is_bot,
        raw_users.signed_up_at,
        event_facts.first_at,
        event_facts.last_at,
        seen.user_row,
        ntile(3) over (
            order by coalesce(event_facts.event_count, 0), seen.user_id
        ) as third
    from staging.stg_user_rows as seen
    left join event_facts on seen.user_id = event_facts.user_id
    left join raw.users as raw_users on seen.user_id = raw_users.user_id
    left join intermediate.int_bots as bots on seen.user_id = bots.user_id
)

select
    user_row,
    user_id,
    segment,
    country,
    case third
        when 1 then 'light'
        when 2 then 'regular'
        else 'heavy'
    end as activity_band,
    cast(
        cast(concat('0x', substr(md5(user_id), 1, 6)) as bigint) % 2048 as integer
    ) as bootstrap_group,
    event_count,
    is_bot,
    opted_out,
    signed_up_at,
    first_at,
    last_at
from ranked
order by user_row
