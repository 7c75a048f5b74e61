-- Events of a file with their fate: accepted, duplicate or rejected.
-- Grain: one row per delivered row
-- Reads: typed, raw.events
-- Params: $keep_repeats
-- Of what is known only what this file could repeat is gathered: a log of twenty files
-- would else be sorted out twenty times as a whole.
with known_keys as (
    select distinct content_key from raw.events
    where content_key in (select typed.content_key from typed)
),

known_ids as (
    select distinct event_id as known_id from raw.events
    where event_id in (
        select typed.event_id from typed
        where typed.event_id is not null
    )
),

numbered as (
    select
        typed.*,
        known_keys.content_key is not null as is_known,
        known_ids.known_id is not null as has_known_id,
        row_number() over (
            partition by typed.content_key, typed.verdict is null order by typed.line
        ) as copy_number,
        case
            when typed.event_id is null then typed.content_key
            else first_value(typed.content_key) over (
                partition by typed.event_id, typed.verdict is null order by typed.line
            )
        end as first_key
    from typed
    left join known_keys on typed.content_key = known_keys.content_key
    left join known_ids on typed.event_id = known_ids.known_id
),

decided as (
    select
        * exclude (verdict),
        case
            when verdict is not null then verdict
            when is_known then null
            when has_known_id or first_key <> content_key
                then 'event_id:event_id_conflict'
        end as verdict
    from numbered
),

priced as (
    select
        *,
        case
            when
                given_type = 'purchase' and given_number < 0 then 'return'
            when given_type = 'impression' and is_ad then 'ad_impression'
            else given_type
        end as event_type,
        case
            when
                given_type in ('click', 'view', 'impression', 'ad_impression')
                then 0
            when
                abs(
                    cast(unit_price as double)
                    * coalesce(cast(given_number as double), 1)
                )
                > 1e11
                then 0
            when
                unit_price is null
                or (given_quantity is not null and given_number is null)
                then 0
            else cast(round_even(
                cast(unit_price as decimal(19, 6))
                * cast(
                    case
                        when
                            given_type = 'return'
                            then -abs(coalesce(given_number, 1))
                        else coalesce(given_number, 1)
                    end as decimal(19, 6)
                ),
                2
            ) * 100 as bigint)
        end as line_cents,
        case
            when verdict is not null then 'rejected'
            when is_known then 'duplicate'
            when copy_number > 1 and (event_id is not null or not $keep_repeats)
                then 'duplicate'
            else 'accepted'
        end as status
    from decided
)

select * from priced
