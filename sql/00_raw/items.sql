-- The catalogue, last delivered version of each item.
-- Grain: one row per item
-- Reads: nothing
create table if not exists raw.items (
    item_id varchar not null,
    title varchar,
    category varchar,
    tags varchar[],
    text varchar,
    price decimal(18, 6),
    unit_cost decimal(18, 6),
    stock double,
    sponsored_bid decimal(18, 6),
    embedding float[],
    context varchar,
    members_only boolean,
    published_at timestamp,
    content_key uuid not null,
    import_id integer not null
)
