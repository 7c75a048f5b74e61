-- Who comes back: users by the period they were first active in, and the later periods
-- they were active in again. Anything a user does counts, also seeing a list; a renewal
-- does not, since it is charged without a visit.
-- Grain: one row per first period and later period with anyone active, in UTC
-- Reads: staging, marts
-- Params: $period ('week' from Monday, or 'month')
with active as (
    select distinct
        user_id,
        cast(date_trunc($period, occurred_at) as date) as period_on
    from staging.stg_events
    where
        event_type <> 'renew'
        and user_id not in (
            select user_id from marts.users
            where is_bot
        )
),

cohorts as (
    select
        user_id,
        min(period_on) as cohort_on
    from active
    group by user_id
)

select
    cohorts.cohort_on,
    active.period_on,
    count(*) as user_count
from active
inner join cohorts on active.user_id = cohorts.user_id
group by cohorts.cohort_on, active.period_on
order by cohorts.cohort_on, active.period_on
