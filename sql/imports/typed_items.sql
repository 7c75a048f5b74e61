-- Items of a file, typed, each with what is wrong with it.
-- Grain: one row per delivered row
-- Reads: incoming (the file's text under canonical names)
-- Params: $zone, $currency, $latest
with read_rows as (
    select
        line,
        fault,
        item_id,
        title,
        category,
        tags,
        text,
        embedding,
        context,
        price as given_price,
        unit_cost as given_unit_cost,
        stock as given_stock,
        sponsored_bid as given_sponsored_bid,
        members_only as given_members_only,
        published_at as given_published_at,
        try_cast(embedding as float[]) as numbers,
        try_cast(price as decimal(18, 6)) as price,
        try_cast(unit_cost as decimal(18, 6)) as unit_cost,
        try_cast(sponsored_bid as decimal(18, 6)) as sponsored_bid,
        read_number(stock) as stock,
        read_flag(members_only) as members_only,
        coalesce(
            read_fixed_time(published_at), in_utc(read_naive_time(published_at), $zone)
        ) as published_at
    from incoming
),

usual as (
    select mode(len(numbers) order by len(numbers)) as embedding_length
    from read_rows
    where numbers is not null
),

judged as (
    select
        *,
        case
            when fault is not null then ':' || fault
            when item_id is null then 'item_id:missing'
            when
                given_price is not null and price is null
                then 'price:number_unreadable'
            when price < 0 then 'price:negative'
            when
                given_unit_cost is not null and unit_cost is null
                then 'unit_cost:number_unreadable'
            when unit_cost < 0 then 'unit_cost:negative'
            when
                given_stock is not null and stock is null
                then 'stock:number_unreadable'
            when stock < 0 then 'stock:negative'
            when
                given_sponsored_bid is not null and sponsored_bid is null
                then 'sponsored_bid:number_unreadable'
            when sponsored_bid < 0 then 'sponsored_bid:negative'
            when
                given_members_only is not null and members_only is null
                then 'members_only:flag_unreadable'
            when
                embedding is not null and numbers is null
                then 'embedding:list_unreadable'
            when
                len(numbers) > list_count(numbers)
                then 'embedding:list_unreadable'
            when
                not isfinite(list_sum(numbers))
                then 'embedding:number_not_finite'
            when
                len(numbers) not in (0, embedding_length)
                then 'embedding:length_differs'
            when
                given_published_at is not null
                and published_at is null
                and read_naive_time(given_published_at) is not null
                then 'published_at:time_nonexistent'
            when
                given_published_at is not null and published_at is null
                then 'published_at:time_unreadable'
        end as verdict
    from read_rows
    cross join usual
)

select
    * exclude (numbers, embedding_length),
    cast(
        md5(concat_ws(
            chr(31),
            coalesce(cast(item_id as varchar), ''),
            coalesce(cast(title as varchar), ''),
            coalesce(cast(category as varchar), ''),
            coalesce(cast(tags as varchar), ''),
            coalesce(cast(text as varchar), ''),
            coalesce(cast(price as varchar), ''),
            coalesce(cast(unit_cost as varchar), ''),
            coalesce(cast(stock as varchar), ''),
            coalesce(cast(members_only as varchar), ''),
            coalesce(cast(sponsored_bid as varchar), ''),
            coalesce(cast(published_at as varchar), ''),
            coalesce(cast(embedding as varchar), ''),
            coalesce(cast(context as varchar), '')
        )) as uuid
    ) as content_key
from judged
