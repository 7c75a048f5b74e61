-- What is known of one user beside their events.
-- Grain: one row; none for an id that is not in the log
-- Reads: marts
-- Params: $user_id
with log_end as (
    select last_at from marts.data_profile
),

current_plans as (
    select
        memberships.user_row,
        memberships.plan,
        memberships.is_trial
    from marts.memberships as memberships
    cross join log_end
    where
        memberships.started_at <= log_end.last_at
        and (
            memberships.ended_at is null
            or memberships.ended_at > log_end.last_at
        )
    qualify row_number() over (
        partition by memberships.user_row order by memberships.started_at desc
    ) = 1
)

select
    users.user_row,
    users.user_id,
    users.segment,
    users.country,
    users.activity_band,
    users.event_count,
    current_plans.plan,
    coalesce(current_plans.is_trial, false) as is_trial,
    (select count(*) from marts.memberships) > 0 as has_plans,
    users.is_bot,
    users.opted_out,
    users.first_at,
    users.last_at
from marts.users as users
left join current_plans on users.user_row = current_plans.user_row
where users.user_id = $user_id
