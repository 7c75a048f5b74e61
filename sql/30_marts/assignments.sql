-- Delivered assignments under row numbers.
-- Grain: one row per raw row
-- Reads: raw, staging
create or replace table marts.assignments as
select
    user_rows.user_row,
    given.experiment,
    given.arm,
    given.probability,
    given.started_at,
    given.ended_at
from raw.assignments as given
inner join staging.stg_user_rows as user_rows
    on given.user_id = user_rows.user_id
