-- Users active on a day, and in the 7 and 28 days that end with it. A user's active day
-- lasts until the next one or the end of the window, so that the cost grows with active
-- days, not with days times users. Days after the log are of no use to anyone.
-- Grain: one row per UTC day on which any of the three may change
-- Reads: staging, marts
-- Params: none
with active as (
    select distinct
        user_id,
        cast(occurred_at as date) as day_on
    from staging.stg_events
    where
        event_type <> 'renew'
        and user_id not in (
            select user_id from marts.users
            where is_bot
        )
),

followed as (
    select
        user_id,
        day_on,
        lead(day_on) over (partition by user_id order by day_on) as next_on
    from active
),

changes as (
    select
        day_on,
        1 as day_change,
        1 as week_change,
        1 as month_change
    from followed
    union all
    select
        day_on + 1 as day_on,
        -1 as day_change,
        0 as week_change,
        0 as month_change
    from followed
    union all
    select
        least(coalesce(next_on, day_on + 7), day_on + 7) as day_on,
        0 as day_change,
        -1 as week_change,
        0 as month_change
    from followed
    union all
    select
        least(coalesce(next_on, day_on + 28), day_on + 28) as day_on,
        0 as day_change,
        0 as week_change,
        -1 as month_change
    from followed
),

changed as (
    select
        day_on,
        cast(sum(day_change) as bigint) as day_change,
        cast(sum(week_change) as bigint) as week_change,
        cast(sum(month_change) as bigint) as month_change
    from changes
    group by day_on
)

select
    day_on,
    cast(sum(day_change) over (order by day_on) as bigint) as day_user_count,
    cast(sum(week_change) over (order by day_on) as bigint) as week_user_count,
    cast(sum(month_change) over (order by day_on) as bigint) as month_user_count
from changed
order by day_on
