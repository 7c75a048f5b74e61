-- Refused rows for download.
-- Grain: one row per refused row
-- Reads: raw.rejected_rows
-- Params: $import_id (null: of every import)
select
    file,
    line,
    column_name as "column",
    reason,
    row_text as row
from raw.rejected_rows
where $import_id is null or import_id = $import_id
order by import_id, file, line
