-- Events of a file that may be told twice: in the file, or in it and before it.
-- Grain: one row per valid row whose content or event_id another row has
-- Reads: typed, raw.events
-- Params: $keep_repeats
-- Most rows of most logs are told once, and finding those that are not by grouping is
-- several times cheaper than numbering all of them.
with valid as (
    select
        line,
        event_id,
        content_key
    from typed
    where verdict is null
),

-- Of what is known only what this file could repeat is gathered: a log of twenty files
-- would else be sorted out twenty times as a whole.
known_keys as (
    select distinct content_key from raw.events
    where content_key in (select valid.content_key from valid)
),

known_ids as (
    select distinct event_id from raw.events
    where event_id in (
        select valid.event_id from valid
        where valid.event_id is not null
    )
),

copied_keys as (
    select content_key from valid
    group by content_key
    having count(*) > 1
),

copied_ids as (
    select event_id from valid
    where event_id is not null
    group by event_id
    having count(*) > 1
),

numbered as (
    select
        valid.line,
        valid.event_id,
        valid.content_key,
        known_keys.content_key is not null as is_known,
        known_ids.event_id is not null as has_known_id,
        row_number() over (
            partition by valid.content_key order by valid.line
        ) as copy_number,
        case
            when valid.event_id is null then valid.content_key
            else first_value(valid.content_key) over (
                partition by valid.event_id order by valid.line
            )
        end as first_key
    from valid
    left join known_keys on valid.content_key = known_keys.content_key
    left join known_ids on valid.event_id = known_ids.event_id
    left join copied_keys on valid.content_key = copied_keys.content_key
    left join copied_ids on valid.event_id = copied_ids.event_id
    where
        known_keys.content_key is not null
        or known_ids.event_id is not null
        or copied_keys.content_key is not null
        or copied_ids.event_id is not null
),

decided as (
    select
        *,
        case
            when is_known then null
            when has_known_id or first_key <> content_key
                then 'event_id:event_id_conflict'
        end as verdict
    from numbered
)

select
    line,
    verdict,
    case
        when verdict is not null then 'rejected'
        when is_known then 'duplicate'
        when copy_number > 1 and (event_id is not null or not $keep_repeats)
            then 'duplicate'
        else 'accepted'
    end as status
from decided
