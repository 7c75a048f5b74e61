-- Stores the accepted events of a file.
-- Grain: one row per accepted row
-- Reads: judged
-- Params: $import_id
insert into raw.events by name
select
    event_id,
    user_id,
    item_id,
    event_type,
    upper(currency) as currency,
    query,
    text,
    session_id,
    request_id,
    policy,
    context,
    case
        when
            event_type in ('purchase', 'return')
            then abs(coalesce(given_number, 1))
        else given_number
    end as quantity,
    unit_price,
    case
        when
            event_type in ('purchase', 'return') and unit_price is not null
            then line_cents
    end as amount_cents,
    rating,
    dwell_seconds,
    position,
    propensity,
    is_ad,
    viewable,
    occurred_at,
    content_key,
    cast($import_id as integer) as import_id
from judged
where status = 'accepted'
