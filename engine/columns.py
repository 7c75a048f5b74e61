"""Names of columns, one class per table."""


class Events:
    """raw.events and its staging view."""

    USER, ITEM, TYPE, AT = "user_id", "item_id", "event_type", "occurred_at"


class Lists:
    """Columns of lists.csv, in the order of the contract."""

    ORDER = (
        "user_id",
        "rank",
        "item_id",
        "title",
        "score",
        "p_click",
        "p_purchase",
        "expected_ads",
        "expected_membership",
        "expected_sales",
        "expected_low",
        "expected_high",
        "currency",
        "source",
        "reason",
        "boost",
        "policy",
        "scenario_id",
        "run_id",
    )
