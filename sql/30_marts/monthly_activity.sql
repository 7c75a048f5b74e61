-- The business month by month.
-- Grain: one row per UTC month
-- Reads: intermediate
create or replace table marts.monthly_activity as
select
    cast(date_trunc('month', occurred_at) as date) as month,
    count(distinct user_id) as user_count,
    count(distinct concat(user_id, '/', visit_id)) as visit_count,
    count(distinct case
        when event_type in ('impression', 'ad_impression')
            then concat(
                user_id, '/', coalesce(request_id, cast(occurred_at as varchar))
            )
    end) as list_count,
    count(*) filter (where event_type = 'purchase') as order_count,
    cast(coalesce(sum(amount_cents), 0) as bigint) as net_sales_cents,
    cast(coalesce(-sum(amount_cents) filter (
        where event_type = 'return'
    ), 0) as bigint) as return_cents,
    count(*) filter (where event_type = 'impression') as impression_count,
    count(*) filter (where event_type = 'ad_impression') as ad_impression_count,
    count(*) filter (where event_type = 'click') as click_count
from intermediate.int_visit_events
group by month
order by month
