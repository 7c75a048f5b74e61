-- Files whose rows or money were lost.
-- Grain: one row per broken file
-- Reads: raw.import_files
select *
from raw.import_files
where
    read_count <> accepted_count + duplicate_count + rejected_count
    or read_cents <> accepted_cents + duplicate_cents + rejected_cents
