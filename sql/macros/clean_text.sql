-- Text without surrounding blanks; empty, NaN and NULL are missing.
-- Grain: a scalar
-- Reads: its argument
create or replace macro clean_text(given) as
case when lower(trim(given)) in ('', 'nan', 'null') then null else trim(given) end
