-- What rankers learn from of the mart interactions; of a long log the rest is much.
-- Grain: as the mart
-- Reads: marts.interactions
select
    user_row,
    item_row,
    event_type,
    event_count,
    rating,
    last_at
from marts.interactions
order by
    user_row,
    item_row,
    event_type,
    event_count,
    quantity,
    amount_cents,
    rating,
    last_at
