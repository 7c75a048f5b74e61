-- Refused rows for download.
-- Grain: one row per refused row
-- Reads: raw.rejected_rows
-- Params: $import_id (null: of every import), $is_guarded (formulas made harmless)
select
    guard_text(file, $is_guarded) as file,
    line,
    guard_text(column_name, $is_guarded) as "column",
    reason,
    guard_text(row_text, $is_guarded) as row
from raw.rejected_rows
where $import_id is null or import_id = $import_id
order by import_id, file, line
