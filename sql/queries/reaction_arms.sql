-- Users whom lots put into an arm of ads per list, of a price, or of their lists.
-- Grain: one row per user and experiment
-- Reads: marts.assignments
with numbered as (
    select
        user_row,
        experiment,
        arm,
        try_cast(arm as double) as arm_value,
        started_at,
        coalesce(ended_at, timestamptz 'infinity') as ended_at,
        experiment in ('policy', 'recommendations') as is_named
    from marts.assignments
    where
        experiment in (
            'ad_load', 'price', 'membership_price', 'policy', 'recommendations'
        )
)

select
    user_row,
    experiment,
    min(arm) as arm_name,
    min(arm_value) as arm_value,
    min(started_at) as started_at,
    nullif(max(ended_at), timestamptz 'infinity') as ended_at
from numbered
group by user_row, experiment
-- who changed arms is in none, and neither is who is in one without a number
having
    (bool_and(is_named) and min(arm) = max(arm))
    or (
        not bool_or(is_named)
        and bool_and(coalesce(isfinite(arm_value), false))
        and min(arm_value) = max(arm_value)
    )
order by user_row, experiment
