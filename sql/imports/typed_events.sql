-- Events of a file, typed, each with what is wrong with it.
-- Grain: one row per delivered row
-- Reads: incoming (the file's cells under canonical names)
-- Params: $zone, $currency, $latest
with read_rows as (
    select
        line,
        fault,
        event_type as given_type,
        event_id,
        user_id,
        item_id,
        currency,
        query,
        text,
        session_id,
        request_id,
        policy,
        context,
        quantity as given_quantity,
        unit_price as given_unit_price,
        rating as given_rating,
        dwell_seconds as given_dwell_seconds,
        position as given_position,
        propensity as given_propensity,
        is_ad as given_is_ad,
        viewable as given_viewable,
        occurred_at as given_occurred_at,
        read_flag(is_ad) as is_ad,
        read_flag(viewable) as viewable,
        read_number(rating) as rating,
        read_number(dwell_seconds) as dwell_seconds,
        read_number(propensity) as propensity,
        case
            when
                read_number(position) = floor(read_number(position))
                then try_cast(read_number(position) as integer)
        end as position,
        try_cast(unit_price as decimal(18, 6)) as unit_price,
        try_cast(quantity as decimal(18, 6)) as given_number,
        coalesce(
            read_fixed_time(occurred_at), in_utc(read_naive_time(occurred_at), $zone)
        ) as occurred_at
    from incoming
),

named as (
    select
        *,
        case
            when given_type = 'impression' and is_ad then 'ad_impression'
            when given_type = 'purchase' and given_number < 0 then 'return'
            else given_type
        end as event_type
    from read_rows
),

judged as (
    select
        *,
        case
            when fault is not null then ':' || fault
            when user_id is null then 'user_id:missing'
            when given_type is null then 'event_type:missing'
            when
                given_type not in (
                    'impression',
                    'click',
                    'view',
                    'play',
                    'skip',
                    'cart',
                    'purchase',
                    'return',
                    'like',
                    'dislike',
                    'comment',
                    'share',
                    'rating',
                    'search',
                    'ad_impression',
                    'ad_click',
                    'trial',
                    'subscribe',
                    'renew',
                    'cancel'
                )
                then 'event_type:event_type_unknown'
            when given_occurred_at is null then 'occurred_at:missing'
            when
                given_occurred_at is not null
                and occurred_at is null
                and read_naive_time(given_occurred_at) is not null
                then 'occurred_at:time_nonexistent'
            when
                given_occurred_at is not null and occurred_at is null
                then 'occurred_at:time_unreadable'
            -- zero seconds, or year one: a missing time in another program's words
            when occurred_at < '1970-01-02' then 'occurred_at:time_before_logs'
            when occurred_at > $latest then 'occurred_at:time_in_future'
            when
                item_id is null
                and given_type in (
                    'impression',
                    'click',
                    'play',
                    'skip',
                    'cart',
                    'purchase',
                    'return',
                    'like',
                    'dislike',
                    'rating'
                )
                then 'item_id:missing'
            when given_type = 'search' and query is null then 'query:missing'
            when
                given_quantity is not null and given_number is null
                then 'quantity:number_unreadable'
            when
                given_unit_price is not null and unit_price is null
                then 'unit_price:number_unreadable'
            when unit_price < 0 then 'unit_price:negative'
            when
                given_dwell_seconds is not null and dwell_seconds is null
                then 'dwell_seconds:number_unreadable'
            when dwell_seconds < 0 then 'dwell_seconds:negative'
            when dwell_seconds > 1e9 then 'dwell_seconds:out_of_range'
            when
                given_rating is not null and rating is null
                then 'rating:number_unreadable'
            when given_type = 'rating' and rating is null then 'rating:missing'
            when abs(rating) > 1e6 then 'rating:out_of_range'
            when
                given_position is not null and (position is null or position < 1)
                then 'position:out_of_range'
            when
                given_propensity is not null
                and (propensity is null or propensity <= 0 or propensity > 1)
                then 'propensity:out_of_range'
            when given_is_ad is not null and is_ad is null then 'is_ad:flag_unreadable'
            when
                given_viewable is not null and viewable is null
                then 'viewable:flag_unreadable'
            when
                currency is not null and upper(currency) <> $currency
                then 'currency:currency_other'
            when
                abs(
                    cast(unit_price as double)
                    * coalesce(cast(given_number as double), 1)
                )
                > 1e11
                then 'unit_price:out_of_range'
        end as verdict,
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
        end as line_cents
    from named
)

select
    line,
    verdict,
    event_id,
    user_id,
    item_id,
    event_type,
    upper(currency) as currency,
    query,
    text,
    session_id,
    request_id,
    policy,
    context,
    case
        when
            event_type in ('purchase', 'return')
            then abs(coalesce(given_number, 1))
        else given_number
    end as quantity,
    unit_price,
    line_cents,
    case
        when
            event_type in ('purchase', 'return') and unit_price is not null
            then line_cents
    end as amount_cents,
    rating,
    dwell_seconds,
    position,
    propensity,
    is_ad,
    viewable,
    occurred_at,
    -- concat takes what is missing for empty text
    cast(unhex(md5(concat(
        event_id,
        chr(31),
        user_id,
        chr(31),
        item_id,
        chr(31),
        event_type,
        chr(31),
        cast(occurred_at as varchar),
        chr(31),
        cast(
            case
                when
                    given_type in ('purchase', 'return')
                    then abs(given_number)
                else given_number
            end as varchar
        ),
        chr(31),
        cast(unit_price as varchar),
        chr(31),
        cast(rating as varchar),
        chr(31),
        cast(dwell_seconds as varchar),
        chr(31),
        query,
        chr(31),
        text,
        chr(31),
        session_id,
        chr(31),
        request_id,
        chr(31),
        cast(position as varchar),
        chr(31),
        cast(propensity as varchar),
        chr(31),
        policy,
        chr(31),
        cast(is_ad as varchar),
        chr(31),
        cast(viewable as varchar),
        chr(31),
        context
    ))) as uuid) as content_key
from judged
