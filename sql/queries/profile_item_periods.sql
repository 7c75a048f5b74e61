-- How many users chose an item in each week or month.
-- Grain: one row per period in which anybody did
-- Reads: marts.interactions
-- Params: $item_row, $kinds (what counts as a success), $period (week or month)
with rating_scale as (
    select min(rating) + 0.75 * (max(rating) - min(rating)) as least_rating
    from marts.interactions
)

select
    cast(date_trunc($period, interactions.last_at) as date) as period_on,
    count(distinct interactions.user_row) as user_count
from marts.interactions as interactions
cross join rating_scale
where
    interactions.item_row = $item_row
    and interactions.event_type in (select unnest(cast($kinds as varchar[])))
    and (
        interactions.event_type <> 'rating'
        or coalesce(interactions.rating >= rating_scale.least_rating, true)
    )
group by period_on
order by period_on
