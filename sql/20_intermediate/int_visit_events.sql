-- Events with the visit they belong to: session_id, else gaps of 30 minutes.
-- Grain: one row per event
-- Reads: staging
-- A table: to sort the log by user costs more than to store it, and two marts need it.
create or replace table intermediate.int_visit_events as
with followed as (
    select
        user_rows.user_row,
        events.event_type,
        events.session_id,
        events.request_id,
        events.amount_cents,
        events.occurred_at,
        lag(events.occurred_at) over (
            partition by user_rows.user_row, events.session_id
            order by events.occurred_at
        ) as last_at
    from staging.stg_events as events
    inner join staging.stg_user_rows as user_rows
        on events.user_id = user_rows.user_id
),

parted as (
    select
        * exclude (last_at),
        last_at is null
        or (session_id is null and occurred_at - last_at > interval 30 minute)
            as opens_visit,
        date_trunc('month', last_at) = date_trunc('month', occurred_at)
            as follows_in_month
    from followed
)

select
    user_row,
    event_type,
    session_id,
    request_id,
    -- of visits without a session: their place among those of the user
    case
        when session_id is null
            then cast(count(*) filter (where opens_visit) over (
                partition by user_row, session_id order by occurred_at
            ) as integer)
    end as visit_number,
    amount_cents,
    -- whether the visit had no event in this month before
    opens_visit or not follows_in_month as opens_month,
    occurred_at
from parted
