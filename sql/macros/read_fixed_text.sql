-- The text of a time with its offset, or of an epoch, in UTC; null when it is neither.
-- Epochs below 1e11 are seconds (year 5138), below 1e14 milli-, above microseconds.
-- Grain: a scalar
-- Reads: its argument
create or replace macro read_fixed_text(given) as
case
    when regexp_matches(given, '^-?[0-9]{1,18}([.][0-9]+)?$')
        then case
            when abs(try_cast(given as double)) < 1e11
                then make_timestamp(
                    try_cast(
                        round(try_cast(given as decimal(38, 6)) * 1000000) as bigint
                    )
                )
            when abs(try_cast(given as double)) < 1e14
                then make_timestamp(
                    try_cast(round(try_cast(given as decimal(38, 6)) * 1000) as bigint)
                )
            else
                make_timestamp(
                    try_cast(round(try_cast(given as decimal(38, 6))) as bigint)
                )
        end
    when
        regexp_matches(given, '^[0-9]{4}-.*[:][0-9.]+ ?(Z|z|UTC|[+-][0-9:]{2,6})$')
        then cast(try_cast(given as timestamp with time zone) as timestamp)
end
