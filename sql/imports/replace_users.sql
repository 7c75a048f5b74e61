-- Removes stored versions that a file replaces.
-- Grain: one row per item or user
-- Reads: judged
delete from raw.users
where user_id in (
    select user_id from judged
    where status = 'accepted'
)
