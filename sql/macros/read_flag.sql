-- A boolean out of the spellings people use; null when it is none of them.
-- Grain: a scalar
-- Reads: its argument
create or replace macro read_flag(given) as
case
    when lower(given) in ('true', 't', 'yes', 'y', '1', '1.0') then true
    when lower(given) in ('false', 'f', 'no', 'n', '0', '0.0') then false
end
