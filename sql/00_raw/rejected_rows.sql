-- Rows that were refused, as they stood in the file.
-- Grain: one row per refused row
-- Reads: nothing
create table if not exists raw.rejected_rows (
    import_id integer not null,
    file varchar not null,
    kind varchar not null,
    line bigint not null,
    column_name varchar,
    reason varchar not null,
    row_text varchar
)
