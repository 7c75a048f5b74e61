-- On how many lists an item stands, and from which source.
-- Grain: one row per source
-- Reads: lists.parquet of a run
-- Params: $path, $item_row
select
    source_code,
    count(*) as list_count,
    avg(rank) as mean_rank,
    min(rank) as best_rank
from read_parquet($path)
where item_row = $item_row
group by source_code
order by list_count desc, source_code asc
