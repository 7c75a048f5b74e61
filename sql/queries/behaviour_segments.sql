-- What segments of users do and bring. Segments of few users are gathered, and so is
-- the next larger one while the gathered are still few: nobody is told apart.
-- Grain: one row per segment; the gathered ones in one row without name
-- Reads: staging, marts
-- Params: $fewest_users (below it a segment is not shown singly), $from_on (a user is
-- active who did anything since that day)
with totals as (
    select
        user_id,
        count(*) as event_count,
        count(*) filter (where event_type = 'purchase') as order_count,
        cast(coalesce(sum(amount_cents), 0) as bigint) as net_sales_cents,
        count(*) filter (
            where event_type <> 'renew' and occurred_at >= cast($from_on as date)
        ) > 0 as is_active
    from staging.stg_events
    group by user_id
),

by_segment as (
    select
        users.segment,
        count(*) as user_count,
        count(*) filter (where totals.is_active) as active_user_count,
        cast(coalesce(sum(totals.event_count), 0) as bigint) as event_count,
        cast(coalesce(sum(totals.order_count), 0) as bigint) as order_count,
        cast(coalesce(sum(totals.net_sales_cents), 0) as bigint) as net_sales_cents
    from marts.users as users
    left join totals on users.user_id = totals.user_id
    where not users.is_bot
    group by users.segment
),

ranked as (
    select
        *,
        coalesce(sum(user_count) over (
            order by user_count, segment nulls first
            rows between unbounded preceding and 1 preceding
        ), 0) as smaller_user_count
    from by_segment
),

judged as (
    select
        *,
        user_count < $fewest_users
        or smaller_user_count between 1 and $fewest_users - 1 as is_gathered
    from ranked
)

select
    case when not is_gathered then segment end as segment,
    is_gathered,
    count(*) as segment_count,
    cast(sum(user_count) as bigint) as user_count,
    cast(sum(active_user_count) as bigint) as active_user_count,
    cast(sum(event_count) as bigint) as event_count,
    cast(sum(order_count) as bigint) as order_count,
    cast(sum(net_sales_cents) as bigint) as net_sales_cents
from judged
group by case when not is_gathered then segment end, is_gathered
order by is_gathered asc, user_count desc, segment asc
