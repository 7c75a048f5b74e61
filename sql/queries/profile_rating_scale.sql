-- The ends of the scale that ratings are given on.
-- Grain: one row; missing ends in a log without ratings
-- Reads: marts.interactions
select
    min(rating) as low,
    max(rating) as high
from marts.interactions
