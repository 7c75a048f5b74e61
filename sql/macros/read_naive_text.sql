-- The text of a time without an offset, as its wall clock; null when it is not one.
-- Only years first: 01/02/2026 means two different days to two readers.
-- Grain: a scalar
-- Reads: its argument
create or replace macro read_naive_text(given) as
case
    when
        regexp_matches(given, '^[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}')
        and not regexp_matches(given, '(Z|z|UTC|[0-9] ?[+-][0-9:]{2,6})$')
        then try_cast(replace(given, '/', '-') as timestamp)
    when
        regexp_matches(given, '^[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}$')
        then try_cast(replace(given, '/', '-') as timestamp)
end
