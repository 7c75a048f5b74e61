-- Who chose an item, by segment, beside all who chose anything. Segments with few of
-- its choosers are gathered, and so is the next larger one while the gathered are still
-- few: nobody is told apart.
-- Grain: one row per segment; the gathered ones in one row without name
-- Reads: marts
-- Params: $item_row, $kinds (what counts as a success), $fewest_users
with rating_scale as (
    select min(rating) + 0.75 * (max(rating) - min(rating)) as least_rating
    from marts.interactions
),

successful as (
    select
        interactions.user_row,
        max(cast(interactions.item_row = $item_row as integer)) as chose_it
    from marts.interactions as interactions
    cross join rating_scale
    where
        interactions.event_type in (select unnest(cast($kinds as varchar[])))
        and (
            interactions.event_type <> 'rating'
            or coalesce(interactions.rating >= rating_scale.least_rating, true)
        )
    group by interactions.user_row
),

by_segment as (
    select
        users.segment,
        count(*) as user_count,
        cast(sum(successful.chose_it) as bigint) as chooser_count
    from successful
    inner join marts.users as users on successful.user_row = users.user_row
    where not users.is_bot
    group by users.segment
),

ranked as (
    select
        *,
        coalesce(sum(chooser_count) over (
            order by chooser_count, segment nulls first
            rows between unbounded preceding and 1 preceding
        ), 0) as fewer_chooser_count
    from by_segment
),

judged as (
    select
        *,
        chooser_count < $fewest_users
        or fewer_chooser_count between 1 and $fewest_users - 1 as is_gathered
    from ranked
)

select
    case when not is_gathered then segment end as segment,
    is_gathered,
    cast(sum(user_count) as bigint) as user_count,
    cast(sum(chooser_count) as bigint) as chooser_count
from judged
group by case when not is_gathered then segment end, is_gathered
order by is_gathered asc, chooser_count desc, segment asc
