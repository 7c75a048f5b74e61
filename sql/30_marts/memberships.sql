-- Membership periods: delivered rows; events only where no row was delivered.
-- Grain: one row per user and period
-- Reads: raw, staging
create or replace table marts.memberships as
with steps as (
    select
        *,
        lead(occurred_at) over (
            partition by user_id order by occurred_at, content_key
        ) as next_at
    from staging.stg_events
    where event_type in ('trial', 'subscribe', 'renew', 'cancel')
),

periods as (
    select
        user_id,
        plan,
        cast(price_per_month as double) as price_per_month,
        coalesce(is_trial, false) as is_trial,
        started_at,
        ended_at
    from raw.memberships
    union all
    select
        user_id,
        'member' as plan,
        cast(coalesce(unit_price, 0) as double) as price_per_month,
        event_type = 'trial' as is_trial,
        occurred_at as started_at,
        next_at as ended_at
    from steps
    where
        event_type <> 'cancel'
        and steps.user_id not in (
            select memberships.user_id from raw.memberships
        )
)

select
    user_rows.user_row,
    periods.plan,
    periods.price_per_month,
    periods.is_trial,
    periods.started_at,
    periods.ended_at
from periods
inner join staging.stg_user_rows as user_rows
    on periods.user_id = user_rows.user_id
