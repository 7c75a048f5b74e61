-- Sales of users with and without lists, since they were assigned by lot.
-- Grain: one row per bootstrap group and side of the experiment recommendations
-- Reads: marts.assignments, marts.users, marts.interactions, marts.impressions
with assigned as (
    select
        user_row,
        bool_and(arm = 'none') as is_holdout,
        min(started_at) as started_at,
        max(coalesce(ended_at, timestamptz 'infinity')) as ended_at
    from marts.assignments
    where experiment = 'recommendations'
    group by user_row
    -- who changed sides is on neither
    having bool_and(arm = 'none') or bool_and(arm <> 'none')
),

counted as (
    select
        assigned.user_row,
        assigned.is_holdout,
        assigned.started_at,
        assigned.ended_at,
        users.bootstrap_group
    from assigned
    inner join marts.users as users on assigned.user_row = users.user_row
    where not users.is_bot and not users.opted_out
),

bought as (
    select
        counted.user_row,
        sum(orders.amount_cents) as sales_cents
    from counted
    inner join marts.interactions as orders
        on
            counted.user_row = orders.user_row
            and counted.started_at <= orders.last_at
            and counted.ended_at > orders.last_at
    where orders.event_type = 'purchase'
    group by counted.user_row
),

credited as (
    select
        counted.user_row,
        sum(shown.order_amount_cents) as list_sales_cents
    from counted
    inner join marts.impressions as shown
        on
            counted.user_row = shown.user_row
            and counted.started_at <= shown.occurred_at
            and counted.ended_at > shown.occurred_at
    where not shown.is_ad
    group by counted.user_row
)

select
    counted.bootstrap_group,
    count(*) as user_count,
    cast(sum(coalesce(bought.sales_cents, 0)) as bigint) as sales_cents,
    cast(sum(coalesce(credited.list_sales_cents, 0)) as bigint)
        as list_sales_cents,
    counted.is_holdout
from counted
left join bought on counted.user_row = bought.user_row
left join credited on counted.user_row = credited.user_row
group by counted.bootstrap_group, counted.is_holdout
order by counted.bootstrap_group, counted.is_holdout
