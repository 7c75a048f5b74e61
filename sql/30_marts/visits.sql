-- Visits: what a user did in one sitting.
-- Grain: one row per user and visit
-- Reads: intermediate
create or replace table marts.visits as
select
    user_rows.user_row,
    events.visit_id,
    count(*) filter (where events.event_type in ('view', 'play')) as view_count,
    count(*) filter (where events.event_type = 'purchase') as order_count,
    cast(coalesce(sum(events.amount_cents) filter (
        where events.event_type = 'purchase'
    ), 0) as bigint) as order_amount_cents,
    count(distinct case
        when events.event_type in ('impression', 'ad_impression')
            then coalesce(events.request_id, cast(events.occurred_at as varchar))
    end) as list_count,
    count(*) filter (where events.event_type in ('click', 'ad_click'))
        as list_click_count,
    min(events.occurred_at) as started_at
from intermediate.int_visit_events as events
inner join intermediate.int_user_rows as user_rows
    on events.user_id = user_rows.user_id
group by user_rows.user_row, events.visit_id
