-- Events of a file with their fate: accepted, duplicate or rejected.
-- Grain: one row per delivered row
-- Reads: typed, repeats
select
    typed.* exclude (verdict),
    coalesce(typed.verdict, repeats.verdict) as verdict,
    case
        when typed.verdict is not null then 'rejected'
        else coalesce(repeats.status, 'accepted')
    end as status
from typed
left join repeats on typed.line = repeats.line
