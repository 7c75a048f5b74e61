-- How much of the lists fits the filters of browse_lists.
-- Grain: one row
-- Reads: lists.parquet of a run, marts
-- Params: $path, $user, $segment, $category, $source, $min_score, $policy,
-- $max_rank
select
    count(*) as row_count,
    count(distinct lists.user_row) as user_count
from read_parquet($path) as lists
inner join marts.users as users on lists.user_row = users.user_row
inner join marts.items as items on lists.item_row = items.item_row
where
    ($user is null or users.user_id = $user)
    and ($segment is null or users.segment = $segment)
    and ($category is null or items.category = $category)
    and ($source is null or lists.source_code = $source)
    and ($min_score is null or lists.score >= $min_score)
    and ($max_rank is null or lists.rank <= $max_rank)
    and ($policy is null or lists.policy = $policy)
