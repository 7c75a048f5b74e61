-- What the log has seen of each lever: the lowest and the highest common value.
-- Grain: one row per lever with an answer
-- Reads: marts.impressions, marts.memberships, marts.assignments, marts.data_profile
-- Params: $common_share, the least share of lists or paid memberships that counts
with lists as (
    select
        user_row,
        min(occurred_at) as shown_at,
        count(*) filter (where is_ad) as ad_count
    from marts.impressions
    group by user_row, coalesce(request_id, cast(occurred_at as varchar))
),

-- members see no ads, so their lists say nothing of a list without ads
free_lists as (
    select lists.ad_count
    from lists
    where not exists (
        select 1
        from marts.memberships as memberships
        where
            memberships.user_row = lists.user_row
            and memberships.started_at <= lists.shown_at
            and (
                memberships.ended_at is null
                or lists.shown_at < memberships.ended_at
            )
    )
),

counts as (
    select
        'ads.ad_slots' as lever,
        cast(ad_count as double) as lever_value,
        count(*) as row_count
    from free_lists
    group by ad_count
    union all
    select
        'membership.price_cents' as lever,
        round(price_per_month * 100) as lever_value,
        count(*) as row_count
    from marts.memberships
    where not is_trial and price_per_month > 0
    group by round(price_per_month * 100)
),

common as (
    select
        lever,
        lever_value
    from counts
    qualify row_count >= $common_share * sum(row_count) over (partition by lever)
),

-- arms of the experiment `price` are ratios; today's price is the ratio 1
ratios as (
    select
        'sales.price_ratio' as lever,
        try_cast(arm as double) as lever_value
    from marts.assignments
    where experiment = 'price'
    union all
    select
        'sales.price_ratio' as lever,
        1.0 as lever_value
    from marts.data_profile
    where priced_count > 0
),

seen as (
    select * from common
    union all
    select * from ratios
    where
        lever_value > 0
        and isfinite(lever_value)
        and exists (
            select 1 from marts.data_profile
            where priced_count > 0
        )
)

select
    lever,
    min(lever_value) as low,
    max(lever_value) as high
from seen
group by lever
order by lever
