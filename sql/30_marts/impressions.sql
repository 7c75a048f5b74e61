-- Shown slots with what followed: the click, and orders within a day after it.
-- Grain: one row per shown slot
-- Reads: staging
create or replace table marts.impressions as
with shown as (
    select
        *,
        row_number() over (order by occurred_at, content_key) as shown_id
    from staging.stg_events
    where event_type in ('impression', 'ad_impression')
),

clicks as (
    select
        user_id,
        item_id,
        request_id,
        occurred_at,
        content_key
    from staging.stg_events
    where event_type in ('click', 'ad_click') and item_id is not null
),

matched as (
    select
        shown.shown_id,
        clicks.content_key,
        clicks.occurred_at as clicked_at
    from clicks
    inner join shown
        on
            clicks.user_id = shown.user_id
            and clicks.item_id = shown.item_id
            and clicks.request_id = shown.request_id
    union all
    select
        shown.shown_id,
        clicks.content_key,
        clicks.occurred_at as clicked_at
    from clicks
    inner join shown
        on
            clicks.user_id = shown.user_id
            and clicks.item_id = shown.item_id
            and clicks.occurred_at >= shown.occurred_at
            and shown.occurred_at > clicks.occurred_at - interval 1 day
    where clicks.request_id is null
),

last_shown as (
    select * from matched
    qualify row_number() over (partition by content_key order by shown_id desc) = 1
),

first_click as (
    select
        shown_id,
        min(clicked_at) as clicked_at
    from last_shown
    group by shown_id
),

clicked as (
    select
        shown.shown_id,
        shown.user_id,
        shown.item_id,
        first_click.clicked_at
    from first_click
    inner join shown on first_click.shown_id = shown.shown_id
),

credited as (
    select
        clicked.shown_id,
        orders.amount_cents
    from staging.stg_events as orders
    inner join clicked
        on
            orders.user_id = clicked.user_id
            and orders.item_id = clicked.item_id
            and orders.occurred_at >= clicked.clicked_at
            and orders.occurred_at < clicked.clicked_at + interval 1 day
    where orders.event_type = 'purchase'
    qualify row_number() over (
        partition by orders.content_key order by clicked.shown_id desc
    ) = 1
),

ordered as (
    select
        shown_id,
        cast(coalesce(sum(amount_cents), 0) as bigint) as order_amount_cents
    from credited
    group by shown_id
)

select
    shown.request_id,
    user_rows.user_row,
    item_rows.item_row,
    shown.policy,
    shown.position,
    shown.propensity,
    coalesce(ordered.order_amount_cents, 0) as order_amount_cents,
    shown.viewable,
    shown.event_type = 'ad_impression' as is_ad,
    first_click.shown_id is not null as was_clicked,
    ordered.shown_id is not null as was_ordered,
    shown.occurred_at
from shown
inner join staging.stg_user_rows as user_rows on shown.user_id = user_rows.user_id
left join staging.stg_item_rows as item_rows on shown.item_id = item_rows.item_id
left join first_click on shown.shown_id = first_click.shown_id
left join ordered on shown.shown_id = ordered.shown_id
