-- Stores the accepted lists of a file.
-- Grain: one row per accepted row
-- Reads: judged
-- Params: $import_id
insert into raw.lists by name
select
    user_id,
    item_id,
    policy,
    context,
    rank,
    content_key,
    cast($import_id as integer) as import_id
from judged
where status = 'accepted'
