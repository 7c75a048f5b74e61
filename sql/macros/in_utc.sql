-- The UTC time of a wall clock in a zone; null for one that the clocks skipped, the
-- first of two where they were set back.
-- Grain: a scalar
-- Reads: its arguments
create or replace macro in_utc(wall_clock, zone) as
case
    when zone = 'UTC' then wall_clock
    when timezone(zone, timezone(zone, wall_clock) - interval 1 hour) = wall_clock
        then cast(timezone(zone, wall_clock) - interval 1 hour as timestamp)
    when timezone(zone, timezone(zone, wall_clock)) = wall_clock
        then cast(timezone(zone, wall_clock) as timestamp)
end
