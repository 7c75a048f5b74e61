-- Lists that another recommender serves today.
-- Grain: one row per policy, user and rank
-- Reads: nothing
create table if not exists raw.lists (
    user_id varchar not null,
    item_id varchar not null,
    policy varchar not null,
    context varchar,
    rank integer not null,
    content_key uuid not null,
    import_id integer not null
)
