-- Membership periods of a file with their fate; assignments and lists read alike.
-- Grain: one row per delivered row
-- Reads: typed, raw.memberships
with known_keys as (
    select distinct content_key from raw.memberships
),

numbered as (
    select
        typed.*,
        known_keys.content_key is not null as is_known,
        row_number() over (
            partition by typed.content_key, typed.verdict is null order by typed.line
        ) as copy_number
    from typed
    left join known_keys on typed.content_key = known_keys.content_key
)

select
    *,
    0 as line_cents,
    case
        when verdict is not null then 'rejected'
        when is_known or copy_number > 1 then 'duplicate'
        else 'accepted'
    end as status
from numbered
