-- Paid and trial memberships as delivered.
-- Grain: one row per membership period
-- Reads: nothing
create table if not exists raw.memberships (
    user_id varchar not null,
    plan varchar not null,
    context varchar,
    price_per_month decimal(18, 6) not null,
    is_trial boolean,
    started_at timestamp not null,
    ended_at timestamp,
    content_key uuid not null,
    import_id integer not null
)
