-- The whole mart data_fingerprint.
-- Grain: as the mart
-- Reads: marts.data_fingerprint
select * from marts.data_fingerprint
order by name
