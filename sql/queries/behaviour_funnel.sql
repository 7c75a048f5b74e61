-- How far people get, from being shown something to keeping what they bought. A step
-- counts only at or after the one before it; steps that the log does not have are left
-- out. Kept is bought and not returned later.
-- Grain: one row per step that the log has, in order
-- Reads: staging, marts
-- Params: $unit (who takes the steps: 'person', 'visit', which is a session or else a
-- person's day, or 'item', a person with one and the same item)
with recursive shop as (
    select
        count(*) filter (where event_type in ('cart', 'purchase')) > 0 as sells,
        count(*) filter (where event_type = 'return') > 0 as takes_back
    from marts.event_types
),

kinds as (
    select
        types.event_type,
        case
            when types.event_type in ('impression', 'ad_impression') then 'shown'
            when types.event_type in ('click', 'ad_click') then 'clicked'
            when types.event_type = 'view' then 'viewed'
            when types.event_type = 'play' and not shop.sells then 'played'
            when types.event_type = 'like' and not shop.sells then 'liked'
            when types.event_type = 'cart' then 'carted'
            when types.event_type = 'purchase' then 'bought'
        end as step
    from marts.event_types as types
    cross join shop
),

logged as (
    select
        log.user_id,
        log.item_id,
        log.session_id,
        kinds.step,
        log.occurred_at
    from staging.stg_events as log
    inner join kinds on log.event_type = kinds.event_type
    where
        kinds.step is not null
        and log.user_id not in (
            select user_id from marts.users
            where is_bot
        )
),

last_return as (
    select
        user_id,
        item_id,
        max(occurred_at) as returned_at
    from staging.stg_events
    where event_type = 'return'
    group by user_id, item_id
),

steps as (
    select * from logged
    union all
    select
        logged.user_id,
        logged.item_id,
        logged.session_id,
        'kept' as step,
        logged.occurred_at
    from logged
    cross join shop
    left join last_return
        on
            logged.user_id = last_return.user_id
            and logged.item_id = last_return.item_id
            and logged.occurred_at <= last_return.returned_at
    where
        logged.step = 'bought'
        and shop.takes_back
        and last_return.user_id is null
),

done as (
    select
        step,
        count(distinct user_id) as user_count,
        count(*) as event_count,
        row_number() over (
            order by
                case step
                    when 'shown' then 1 when 'clicked' then 2 when 'viewed' then 3
                    when 'played' then 4 when 'liked' then 5 when 'carted' then 6
                    when 'bought' then 7 else 8
                end
        ) as place
    from steps
    group by step
),

events as (
    select
        done.place,
        steps.user_id,
        case $unit
            when 'item' then steps.item_id
            when 'visit'
                then coalesce(
                    steps.session_id,
                    cast(cast(steps.occurred_at as date) as varchar)
                )
            else ''
        end as part,
        steps.occurred_at
    from steps
    inner join done on steps.step = done.step
    where steps.item_id is not null or $unit <> 'item'
),

reached as (
    select
        place,
        user_id,
        part,
        min(occurred_at) as reached_at
    from events
    where place = 1
    group by place, user_id, part
    union all
    select
        events.place,
        events.user_id,
        events.part,
        min(events.occurred_at) as reached_at
    from reached
    inner join events
        on
            reached.place + 1 = events.place
            and events.place > 1
            and reached.user_id = events.user_id
            and reached.part = events.part
            and reached.reached_at <= events.occurred_at
    group by events.place, events.user_id, events.part
),

counted as (
    select
        place,
        count(*) as reached_count
    from reached
    group by place
)

select
    done.step,
    done.user_count,
    done.event_count,
    coalesce(counted.reached_count, 0) as reached_count
from done
left join counted on done.place = counted.place
order by done.place
