-- A time with its offset, given as such or as text, in UTC; null when it is not one.
-- What begins with a year of four digits is what its text would be read as.
-- Grain: a scalar
-- Reads: its argument
create or replace macro read_fixed_time(given) as
case
    when typeof(given) = 'TIMESTAMP' then null
    when
        typeof(given) = 'TIMESTAMP WITH TIME ZONE'
        and try_cast(given as timestamp with time zone)
        between '0001-01-01 00:00:00+00' and '9999-12-31 23:59:59.999999+00'
        then cast(try_cast(given as timestamp with time zone) as timestamp)
    else read_fixed_text(cast(given as varchar))
end
