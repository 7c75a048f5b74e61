-- Sizes and sums of the whole log.
-- Grain: one row
-- Reads: staging, intermediate, raw
create or replace table marts.data_profile as
select
    count(*) as event_count,
    (select count(*) from staging.stg_user_rows) as user_count,
    (select count(*) from staging.stg_item_rows) as item_count,
    count(*) filter (where event_type in ('impression', 'ad_impression'))
        as impression_count,
    count(position) filter (where event_type = 'impression') as positioned_count,
    count(propensity) filter (where event_type = 'impression') as propensity_count,
    (
        select count(distinct assignments.experiment) from raw.assignments
        where
            assignments.experiment in (
                'recommendations', 'ad_load', 'price', 'membership_price'
            )
    ) as experiment_count,
    count(unit_price) filter (where event_type = 'purchase') as priced_count,
    (select count(*) from raw.memberships)
    + count(*) filter (where event_type in ('trial', 'subscribe', 'renew'))
        as membership_count,
    count(*) filter (where event_type in ('view', 'play')) as view_count,
    count(*) filter (where event_type = 'purchase') as purchase_count,
    cast(coalesce(sum(amount_cents), 0) as bigint) as net_sales_cents,
    (select count(*) from intermediate.int_bots) as bot_count,
    (
        select max(value) from raw.settings
        where name = 'currency'
    ) as currency,
    min(occurred_at) as first_at,
    max(occurred_at) as last_at
from staging.stg_events
