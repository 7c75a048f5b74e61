-- Amounts of the monthly mart that do not add up to the events.
-- Grain: one row when broken
-- Reads: raw.events, marts
select
    (select cast(coalesce(sum(amount_cents), 0) as bigint) from raw.events)
        as raw_cents,
    (
        select cast(coalesce(sum(net_sales_cents), 0) as bigint)
        from marts.monthly_activity
    ) as mart_cents
where raw_cents <> mart_cents
