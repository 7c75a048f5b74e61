-- Users of a file, typed, each with what is wrong with it.
-- Grain: one row per delivered row
-- Reads: incoming (the file's text under canonical names)
-- Params: $zone, $currency, $latest
with read_rows as (
    select
        line,
        fault,
        user_id,
        segment,
        country,
        attributes,
        context,
        opted_out as given_opted_out,
        signed_up_at as given_signed_up_at,
        read_flag(opted_out) as opted_out,
        coalesce(
            read_fixed_time(signed_up_at), in_utc(read_naive_time(signed_up_at), $zone)
        ) as signed_up_at
    from incoming
),

judged as (
    select
        *,
        case
            when fault is not null then ':' || fault
            when user_id is null then 'user_id:missing'
            when
                given_opted_out is not null and opted_out is null
                then 'opted_out:flag_unreadable'
            when
                given_signed_up_at is not null
                and signed_up_at is null
                and read_naive_time(given_signed_up_at) is not null
                then 'signed_up_at:time_nonexistent'
            when
                given_signed_up_at is not null and signed_up_at is null
                then 'signed_up_at:time_unreadable'
            when signed_up_at > $latest then 'signed_up_at:time_in_future'
        end as verdict
    from read_rows
)

select
    *,
    cast(
        md5(concat_ws(
            chr(31),
            coalesce(cast(user_id as varchar), ''),
            coalesce(cast(segment as varchar), ''),
            coalesce(cast(country as varchar), ''),
            coalesce(cast(attributes as varchar), ''),
            coalesce(cast(context as varchar), ''),
            coalesce(cast(opted_out as varchar), ''),
            coalesce(cast(signed_up_at as varchar), '')
        )) as uuid
    ) as content_key
from judged
