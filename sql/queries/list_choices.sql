-- What the filters over the lists can be set to, and what is known of the rows.
-- Grain: one row
-- Reads: lists.parquet of a run, marts
-- Params: $path
select
    list(distinct users.segment order by users.segment)
    filter (where users.segment is not null) as segments,
    list(distinct items.category order by items.category)
    filter (where items.category is not null) as categories,
    list(distinct lists.source_code order by lists.source_code) as source_codes,
    count(*) as row_count,
    count(distinct lists.user_row) as user_count,
    count(distinct lists.user_row)
    filter (where lists.source_code like '%\_cold' escape '\') as cold_user_count,
    count(lists.gamma) as click_count,
    count(lists.order_probability) as order_count,
    min(lists.score) as lowest_score,
    max(lists.score) as highest_score
from read_parquet($path) as lists
inner join marts.users as users on lists.user_row = users.user_row
inner join marts.items as items on lists.item_row = items.item_row
