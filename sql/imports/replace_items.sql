-- Removes stored versions that a file replaces.
-- Grain: one row per item or user
-- Reads: judged
delete from raw.items
where item_id in (
    select item_id from judged
    where status = 'accepted'
)
