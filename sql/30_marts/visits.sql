-- Visits: what a user did in one sitting.
-- Grain: one row per user and visit
-- Reads: intermediate
create or replace table marts.visits as
with visits as (
    select
        user_row,
        session_id,
        visit_number,
        count(*) filter (where event_type in ('view', 'play')) as view_count,
        count(*) filter (where event_type = 'purchase') as order_count,
        cast(coalesce(sum(amount_cents) filter (
            where event_type = 'purchase'
        ), 0) as bigint) as order_amount_cents,
        count(*) filter (where event_type in ('click', 'ad_click'))
            as list_click_count,
        min(occurred_at) as started_at
    from intermediate.int_visit_events
    group by user_row, session_id, visit_number
),

-- apart from the rest: a distinct count among all visits would store every visit twice
visit_lists as (
    select
        user_row,
        session_id,
        visit_number,
        count(distinct coalesce(request_id, cast(occurred_at as varchar)))
            as list_count
    from intermediate.int_visit_events
    where event_type in ('impression', 'ad_impression')
    group by user_row, session_id, visit_number
)

select
    visits.user_row,
    case
        when visits.session_id is not null then concat('s', visits.session_id)
        else concat('g', cast(visits.visit_number as varchar))
    end as visit_id,
    visits.view_count,
    visits.order_count,
    visits.order_amount_cents,
    coalesce(visit_lists.list_count, 0) as list_count,
    visits.list_click_count,
    visits.started_at
from visits
left join visit_lists
    on
        visits.user_row = visit_lists.user_row
        and visits.session_id is not distinct from visit_lists.session_id
        and visits.visit_number is not distinct from visit_lists.visit_number
