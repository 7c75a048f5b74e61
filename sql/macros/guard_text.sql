-- Text that a spreadsheet would run as a formula, made harmless with a leading quote.
-- Grain: a scalar
-- Reads: its arguments
create or replace macro guard_text(given, is_guarded) as
case
    when is_guarded and regexp_matches(given, '^[ ]*[=+@\t\r\n\x00＝＋－＠-]')
        then concat('''', given)
    else given
end
