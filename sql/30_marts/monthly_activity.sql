-- The business month by month.
-- Grain: one row per UTC month
-- Reads: intermediate
create or replace table marts.monthly_activity as
with months as (
    select
        cast(date_trunc('month', occurred_at) as date) as month,
        count(distinct user_row) as user_count,
        count(*) filter (where opens_month) as visit_count,
        count(*) filter (where event_type = 'purchase') as order_count,
        cast(coalesce(sum(amount_cents), 0) as bigint) as net_sales_cents,
        cast(coalesce(-sum(amount_cents) filter (
            where event_type = 'return'
        ), 0) as bigint) as return_cents,
        count(*) filter (where event_type = 'impression') as impression_count,
        count(*) filter (where event_type = 'ad_impression')
            as ad_impression_count,
        count(*) filter (where event_type = 'click') as click_count
    from intermediate.int_visit_events
    group by month
),

month_lists as (
    select
        cast(date_trunc('month', occurred_at) as date) as month,
        count(distinct concat(
            user_row, '/', coalesce(request_id, cast(occurred_at as varchar))
        )) as list_count
    from intermediate.int_visit_events
    where event_type in ('impression', 'ad_impression')
    group by month
)

select
    months.month,
    months.user_count,
    months.visit_count,
    coalesce(month_lists.list_count, 0) as list_count,
    months.order_count,
    months.net_sales_cents,
    months.return_cents,
    months.impression_count,
    months.ad_impression_count,
    months.click_count
from months
left join month_lists on months.month = month_lists.month
order by months.month
