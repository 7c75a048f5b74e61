-- Stores the accepted users of a file.
-- Grain: one row per accepted row
-- Reads: judged
-- Params: $import_id
insert into raw.users by name
select
    user_id,
    segment,
    country,
    attributes,
    opted_out,
    signed_up_at,
    content_key,
    cast($import_id as integer) as import_id
from judged
where status = 'accepted'
