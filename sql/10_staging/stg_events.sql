-- Every event, with the revenue kinds told apart.
-- Grain: one row per event
-- Reads: raw.events
create or replace view staging.stg_events as
select * from raw.events
