-- Stores the accepted memberships of a file.
-- Grain: one row per accepted row
-- Reads: judged
-- Params: $import_id
insert into raw.memberships by name
select
    user_id,
    plan,
    context,
    price_per_month,
    is_trial,
    started_at,
    ended_at,
    content_key,
    cast($import_id as integer) as import_id
from judged
where status = 'accepted'
