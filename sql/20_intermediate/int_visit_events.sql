-- Events with the visit they belong to: session_id, else gaps of 30 minutes.
-- Grain: one row per event
-- Reads: staging
create or replace view intermediate.int_visit_events as
with gaps as (
    select
        user_id,
        event_type,
        session_id,
        request_id,
        amount_cents,
        occurred_at,
        case
            when occurred_at - lag(occurred_at) over (
                partition by user_id, session_id order by occurred_at
            ) <= interval 30 minute then 0
            else 1
        end as is_start
    from staging.stg_events
)

select
    * exclude (is_start),
    case
        when session_id is not null then concat('s', session_id)
        else concat('g', cast(sum(is_start) over (
            partition by user_id, session_id order by occurred_at
        ) as varchar))
    end as visit_id
from gaps
