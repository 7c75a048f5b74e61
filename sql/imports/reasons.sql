-- Why rows were refused.
-- Grain: one row per reason
-- Reads: judged
select
    split_part(verdict, ':', 2) as reason,
    count(*) as row_count
from judged
where status = 'rejected'
group by reason
order by reason
