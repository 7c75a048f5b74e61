-- Lists of one policy in the columns of lists.csv.
-- Grain: one row per user and rank
-- Reads: lists.parquet of a run, marts, phrases, list_values
-- Params: $path, $policy, $k, $users, $segment, $guard, $scenario_id, $run_id
select
    guard_text(users.user_id, $guard) as user_id,
    lists.rank,
    guard_text(items.item_id, $guard) as item_id,
    guard_text(items.title, $guard) as title,
    round(lists.score, 6) as score,
    round(coalesce(list_values.p_click, lists.gamma), 6) as p_click,
    round(coalesce(list_values.p_purchase, lists.order_probability), 6) as p_purchase,
    round(list_values.expected_ads, 6) as expected_ads,
    round(list_values.expected_membership, 6) as expected_membership,
    round(list_values.expected_sales, 6) as expected_sales,
    round(list_values.expected_low, 6) as expected_low,
    round(list_values.expected_high, 6) as expected_high,
    (
        select max(value) from raw.settings
        where name = 'currency'
    ) as currency,
    guard_text(coalesce(sources.text, lists.source_code), $guard) as source,
    guard_text(fill_reason(
        coalesce(reasons.text, lists.reason_code),
        coalesce(reason_items.title, reason_items.item_id, ''),
        coalesce(lists.reason_tag, ''),
        lists.reason_place
    ), $guard) as reason,
    round(lists.boost, 6) as boost,
    lists.policy,
    cast($scenario_id as varchar) as scenario_id,
    cast($run_id as varchar) as run_id,
    lists.source_code like '%\_cold' escape '\' as is_cold,
    lists.user_row
from read_parquet($path) as lists
inner join marts.users as users on lists.user_row = users.user_row
inner join marts.items as items on lists.item_row = items.item_row
left join marts.items as reason_items on lists.reason_item_row = reason_items.item_row
left join phrases as sources on lists.source_code = sources.code
left join phrases as reasons on lists.reason_code = reasons.code
left join list_values
    on lists.user_row = list_values.user_row and lists.rank = list_values.rank
where
    lists.policy = $policy
    and lists.rank <= $k
    and ($users is null or list_contains($users, users.user_id))
    and ($segment is null or users.segment = $segment)
