-- What people searched for, and how often nothing came of it: no click, view, play,
-- cart or purchase of the same user within 30 minutes, in the same session, before a
-- search for something else. Case and outer blanks do not matter.
-- Grain: one row per query; queries of few users, and those beyond the most frequent
-- and the most often missed, in one row without text
-- Reads: staging, marts
-- Params: $fewest_users (below it a query is not shown singly), $most_queries
with searchers as (
    select user_id from staging.stg_events
    where event_type = 'search'
    except
    select user_id from marts.users
    where is_bot
),

events as (
    select
        log.user_id,
        log.session_id,
        case when log.event_type = 'search' then lower(trim(log.query)) end as query,
        log.occurred_at,
        log.content_key
    from staging.stg_events as log
    inner join searchers on log.user_id = searchers.user_id
    where
        log.event_type in (
            'search', 'click', 'ad_click', 'view', 'play', 'cart', 'purchase'
        )
),

ordered as (
    select
        user_id,
        session_id,
        query,
        occurred_at,
        row_number() over (
            partition by user_id, session_id
            -- in one and the same second, the search came first
            order by occurred_at, query is null, content_key
        ) as event_number,
        last_value(query ignore nulls) over (
            partition by user_id, session_id
            order by occurred_at, query is null, content_key
            rows between unbounded preceding and 1 preceding
        ) as query_before
    from events
),

followed as (
    select
        user_id,
        query,
        occurred_at,
        min(case when query is null then event_number end) over later as next_act,
        min(case when query is null then occurred_at end) over later as acted_at,
        min(case when query <> query_before then event_number end) over later
            as next_other
    from ordered
    window later as (
        partition by user_id, session_id order by event_number
        rows between 1 following and unbounded following
    )
),

searches as (
    select
        user_id,
        query,
        coalesce(
            acted_at <= occurred_at + interval 30 minute
            and next_act < coalesce(next_other, next_act + 1),
            false
        ) as was_followed
    from followed
    where query is not null
),

queries as (
    select
        query,
        count(distinct user_id) as user_count,
        count(*) as search_count,
        count(*) filter (where not was_followed) as missed_count
    from searches
    group by query
),

named as (
    select query from queries
    where user_count >= $fewest_users
    qualify
        row_number() over (order by search_count desc, query asc) <= $most_queries
        or row_number() over (order by missed_count desc, query asc) <= $most_queries
),

shown as (
    select
        searches.user_id,
        searches.was_followed,
        named.query
    from searches
    left join named on searches.query = named.query
)

select
    query,
    count(*) as search_count,
    count(distinct user_id) as user_count,
    count(*) filter (where not was_followed) as missed_count,
    count(distinct case when not was_followed then user_id end) as missed_user_count
from shown
group by query
order by search_count desc, query asc
