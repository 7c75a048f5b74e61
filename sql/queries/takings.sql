-- Orders and returns of the mart interactions: what is counted in money.
-- Grain: as the mart
-- Reads: marts.interactions
select * from marts.interactions
where event_type in ('purchase', 'return')
order by all
