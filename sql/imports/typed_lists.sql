-- Lists of a file, typed, each with what is wrong with it.
-- Grain: one row per delivered row
-- Reads: incoming (the file's text under canonical names)
-- Params: $zone, $currency, $latest
with read_rows as (
    select
        line,
        fault,
        user_id,
        item_id,
        coalesce(policy, 'current') as policy,
        context,
        rank as given_rank,
        case
            when
                read_number(rank) = floor(read_number(rank))
                then try_cast(read_number(rank) as integer)
        end as rank
    from incoming
),

judged as (
    select
        *,
        case
            when fault is not null then ':' || fault
            when user_id is null then 'user_id:missing'
            when item_id is null then 'item_id:missing'
            when rank is null or rank < 1 then 'rank:out_of_range'
        end as verdict
    from read_rows
)

select
    *,
    cast(
        md5(concat_ws(
            chr(31),
            coalesce(cast(user_id as varchar), ''),
            coalesce(cast(rank as varchar), ''),
            coalesce(cast(item_id as varchar), ''),
            coalesce(cast(policy as varchar), ''),
            coalesce(cast(context as varchar), '')
        )) as uuid
    ) as content_key
from judged
