-- Settings of this database: schema version, currency, data hash.
-- Grain: one row per setting
-- Reads: nothing
create table if not exists raw.settings (
    name varchar not null,
    value varchar not null
)
