-- What each import did, file by file.
-- Grain: one row per import and file
-- Reads: nothing
create table if not exists raw.import_files (
    import_id integer not null,
    file varchar not null,
    kind varchar not null,
    read_count bigint not null,
    accepted_count bigint not null,
    duplicate_count bigint not null,
    rejected_count bigint not null,
    read_cents bigint not null,
    accepted_cents bigint not null,
    duplicate_cents bigint not null,
    rejected_cents bigint not null,
    imported_at timestamp not null
)
