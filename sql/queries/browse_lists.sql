-- One page of list rows with names and reasons in words.
-- Grain: one row per policy, user and rank
-- Reads: lists.parquet of a run, marts, phrases
-- Params: $path, $user, $segment, $category, $source, $min_score, $policy, $row_limit,
-- $row_offset
select
    users.user_id,
    users.segment,
    lists.rank,
    items.item_id,
    items.title,
    coalesce(items.title, items.item_id) as item,
    items.category,
    lists.score,
    lists.boost,
    lists.gamma as p_click,
    lists.order_probability as p_purchase,
    lists.source_code,
    coalesce(sources.text, lists.source_code) as source,
    fill_reason(
        coalesce(reasons.text, lists.reason_code),
        coalesce(reason_items.title, reason_items.item_id, ''),
        coalesce(lists.reason_tag, ''),
        lists.reason_place
    ) as reason,
    lists.source_code like '%\_cold' escape '\' as is_cold
from read_parquet($path) as lists
inner join marts.users as users on lists.user_row = users.user_row
inner join marts.items as items on lists.item_row = items.item_row
left join marts.items as reason_items on lists.reason_item_row = reason_items.item_row
left join phrases as sources on lists.source_code = sources.code
left join phrases as reasons on lists.reason_code = reasons.code
where
    ($user is null or users.user_id = $user)
    and ($segment is null or users.segment = $segment)
    and ($category is null or items.category = $category)
    and ($source is null or lists.source_code = $source)
    and ($min_score is null or lists.score >= $min_score)
    and ($policy is null or lists.policy = $policy)
order by lists.policy, lists.user_row, lists.rank
limit ($row_limit) offset ($row_offset)
