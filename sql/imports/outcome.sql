-- Counts and money by fate.
-- Grain: one row per status
-- Reads: judged
select
    status,
    count(*) as row_count,
    cast(sum(line_cents) as bigint) as amount_cents
from judged
group by status
