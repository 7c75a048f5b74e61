-- Accepted events, typed. Times are UTC; amount_cents is negative for returns.
-- Grain: one row per event
-- Reads: nothing
create table if not exists raw.events (
    event_id varchar,
    user_id varchar not null,
    item_id varchar,
    event_type varchar not null,
    currency varchar,
    query varchar,
    text varchar,
    session_id varchar,
    request_id varchar,
    policy varchar,
    context varchar,
    quantity decimal(18, 6),
    unit_price decimal(18, 6),
    amount_cents bigint,
    rating double,
    dwell_seconds double,
    position integer,
    propensity double,
    is_ad boolean,
    viewable boolean,
    occurred_at timestamp not null,
    content_key uuid not null,
    import_id integer not null
)
