-- Stores the accepted items of a file.
-- Grain: one row per accepted row
-- Reads: judged
-- Params: $import_id
insert into raw.items by name
select
    item_id,
    title,
    category,
    case
        when json_type(try_cast(tags as json)) = 'ARRAY'
            then cast(try_cast(tags as json) as varchar[])
        else string_split(replace(tags, ';', '|'), '|')
    end as tags,
    text,
    price,
    unit_cost,
    stock,
    sponsored_bid,
    try_cast(embedding as float[]) as embedding,
    context,
    members_only,
    published_at,
    content_key,
    cast($import_id as integer) as import_id
from judged
where status = 'accepted'
