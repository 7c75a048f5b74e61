-- Known users, last delivered version of each.
-- Grain: one row per user
-- Reads: nothing
create table if not exists raw.users (
    user_id varchar not null,
    segment varchar,
    country varchar,
    attributes varchar,
    opted_out boolean,
    signed_up_at timestamp,
    content_key uuid not null,
    import_id integer not null
)
