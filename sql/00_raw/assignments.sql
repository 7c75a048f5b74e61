-- Arms of experiments and holdouts.
-- Grain: one row per user, experiment and period
-- Reads: nothing
create table if not exists raw.assignments (
    user_id varchar not null,
    experiment varchar not null,
    arm varchar not null,
    context varchar,
    probability double,
    started_at timestamp not null,
    ended_at timestamp,
    content_key uuid not null,
    import_id integer not null
)
