-- Items of a file with their fate; a new version replaces the stored one.
-- Grain: one row per delivered row
-- Reads: typed, raw.items
with numbered as (
    select
        typed.*,
        known.content_key is not null as is_known,
        row_number() over (
            partition by typed.item_id, typed.verdict is null order by typed.line
        ) as version_number,
        first_value(typed.content_key) over (
            partition by typed.item_id, typed.verdict is null order by typed.line
        ) as first_key
    from typed
    left join raw.items as known on typed.content_key = known.content_key
),

decided as (
    select
        * exclude (verdict),
        case
            when verdict is not null then verdict
            when first_key <> content_key then 'item_id:id_conflict'
        end as verdict
    from numbered
)

select
    *,
    0 as line_cents,
    case
        when verdict is not null then 'rejected'
        when is_known or version_number > 1 then 'duplicate'
        else 'accepted'
    end as status
from decided
