-- Assignments of a file, typed, each with what is wrong with it.
-- Grain: one row per delivered row
-- Reads: incoming (the file's text under canonical names)
-- Params: $zone, $currency, $latest
with read_rows as (
    select
        line,
        fault,
        user_id,
        experiment,
        arm,
        context,
        probability as given_probability,
        read_number(probability) as probability,
        started_at as given_started_at,
        ended_at as given_ended_at,
        coalesce(
            read_fixed_time(started_at), in_utc(read_naive_time(started_at), $zone)
        ) as started_at,
        coalesce(read_fixed_time(ended_at), in_utc(read_naive_time(ended_at), $zone))
            as ended_at
    from incoming
),

judged as (
    select
        *,
        case
            when fault is not null then ':' || fault
            when user_id is null then 'user_id:missing'
            when experiment is null then 'experiment:missing'
            when arm is null then 'arm:missing'
            when
                given_probability is not null
                and (probability is null or probability <= 0 or probability > 1)
                then 'probability:out_of_range'
            when given_started_at is null then 'started_at:missing'
            when
                given_started_at is not null
                and started_at is null
                and read_naive_time(given_started_at) is not null
                then 'started_at:time_nonexistent'
            when
                given_started_at is not null and started_at is null
                then 'started_at:time_unreadable'
            when started_at < '1970-01-02' then 'started_at:time_before_logs'
            when started_at > $latest then 'started_at:time_in_future'
            when
                given_ended_at is not null
                and ended_at is null
                and read_naive_time(given_ended_at) is not null
                then 'ended_at:time_nonexistent'
            when
                given_ended_at is not null and ended_at is null
                then 'ended_at:time_unreadable'
            when ended_at < started_at then 'ended_at:ends_before_start'
        end as verdict
    from read_rows
)

select
    *,
    cast(
        md5(concat_ws(
            chr(31),
            coalesce(cast(user_id as varchar), ''),
            coalesce(cast(experiment as varchar), ''),
            coalesce(cast(arm as varchar), ''),
            coalesce(cast(probability as varchar), ''),
            coalesce(cast(started_at as varchar), ''),
            coalesce(cast(ended_at as varchar), ''),
            coalesce(cast(context as varchar), '')
        )) as uuid
    ) as content_key
from judged
