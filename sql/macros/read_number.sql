-- A finite double, null when the text is none.
-- Grain: a scalar
-- Reads: its argument
create or replace macro read_number(given) as
case
    when abs(try_cast(given as double)) < 1e300 then try_cast(given as double)
end
