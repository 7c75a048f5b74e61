-- A time without an offset, given as such or as text; null when it is not one.
-- What begins with a year of four digits is what its text would be read as.
-- Grain: a scalar
-- Reads: its argument
create or replace macro read_naive_time(given) as
case
    when
        typeof(given) = 'TIMESTAMP'
        and try_cast(given as timestamp)
        between '0001-01-01' and '9999-12-31 23:59:59.999999'
        then try_cast(given as timestamp)
    else read_naive_text(cast(given as varchar))
end
