-- What is known of one item, and what it sold.
-- Grain: one row; none for an id that is not in the log
-- Reads: marts
-- Params: $item_id, $kinds (what counts as a success)
with rating_scale as (
    select min(rating) + 0.75 * (max(rating) - min(rating)) as least_rating
    from marts.interactions
),

sold as (
    select
        items.item_row,
        cast(coalesce(sum(interactions.amount_cents), 0) as bigint) as net_sales_cents,
        cast(coalesce(
            sum(interactions.event_count)
            filter (where interactions.event_type = 'purchase'), 0
        ) as bigint) as order_count,
        cast(coalesce(
            sum(interactions.event_count)
            filter (where interactions.event_type = 'return'), 0
        ) as bigint) as return_count,
        count(distinct interactions.user_row) filter (
            where
            interactions.event_type in (select unnest(cast($kinds as varchar[])))
            and (
                interactions.event_type <> 'rating'
                or coalesce(interactions.rating >= rating_scale.least_rating, true)
            )
        ) as chooser_count
    from marts.items as items
    cross join rating_scale
    left join marts.interactions as interactions
        on items.item_row = interactions.item_row
    where items.item_id = $item_id
    group by items.item_row
)

select
    items.item_row,
    items.item_id,
    coalesce(items.title, items.item_id) as item,
    items.category,
    items.tags,
    items.price,
    items.unit_cost,
    items.event_count,
    sold.net_sales_cents,
    sold.order_count,
    sold.return_count,
    sold.chooser_count,
    items.members_only,
    items.published_at,
    items.first_at
from marts.items as items
inner join sold on items.item_row = sold.item_row
