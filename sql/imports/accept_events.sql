-- Stores the accepted events of a file.
-- Grain: one row per accepted row
-- Reads: judged
-- Params: $import_id
insert into raw.events by name
select
    * exclude (line, verdict, status, line_cents),
    cast($import_id as integer) as import_id
from judged
where status = 'accepted'
