-- Stores the accepted assignments of a file.
-- Grain: one row per accepted row
-- Reads: judged
-- Params: $import_id
insert into raw.assignments by name
select
    user_id,
    experiment,
    arm,
    context,
    probability,
    started_at,
    ended_at,
    content_key,
    cast($import_id as integer) as import_id
from judged
where status = 'accepted'
