"""The columns of the six kinds of file, and what others call them."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class FileKind:
    """Canonical columns of a kind of file."""

    columns: tuple[str, ...]
    required: tuple[str, ...]
    extras: str = "context"
    """Column that keeps what has no canonical name."""


def _kind(columns: str, required: str, extras: str = "context") -> FileKind:
    return FileKind(columns=tuple(columns.split()), required=tuple(required.split()), extras=extras)


KINDS = {
    "events": _kind(
        "event_id user_id item_id event_type occurred_at quantity unit_price currency rating"
        " dwell_seconds query text session_id request_id position propensity policy is_ad"
        " viewable context",
        "user_id event_type occurred_at",
    ),
    "items": _kind(
        "item_id title category tags text price unit_cost stock members_only sponsored_bid"
        " published_at embedding context",
        "item_id",
    ),
    "users": _kind(
        "user_id segment country signed_up_at opted_out attributes context",
        "user_id",
        "attributes",
    ),
    "memberships": _kind(
        "user_id plan started_at ended_at price_per_month is_trial context",
        "user_id plan started_at price_per_month",
    ),
    "assignments": _kind(
        "user_id experiment arm probability started_at ended_at context",
        "user_id experiment arm started_at",
    ),
    "lists": _kind("user_id rank item_id policy context", "user_id rank item_id"),
}

EVENT_TYPES = (
    *("impression", "click", "view", "play", "skip", "cart", "purchase", "return", "like"),
    *("dislike", "comment", "share", "rating", "search", "ad_impression", "ad_click"),
    *("trial", "subscribe", "renew", "cancel"),
)
"""What an event can be; a test holds them against the statement that judges rows."""

SYNONYMS = {
    "user_id": "user userid customerid customer client member visitor household householdid uid",
    "item_id": "item itemid stockcode product productid sku article movie movieid asin",
    "event_type": "event eventname action type behavior behaviour",
    "occurred_at": "timestamp time datetime date invoicedate eventtime ts createdat",
    "quantity": "qty units amount_units count",
    "unit_price": "unitprice price itemprice",
    "request_id": "requestid invoiceno invoice order orderid basketid",
    "session_id": "session sessionid visitid",
    "title": "name description productname",
    "category": "department genre productcategory",
    "segment": "group customersegment",
    "rating": "stars score",
    "query": "searchterm keyword",
}
EVENT_SYNONYMS = {
    "purchase": "buy order transaction purchased checkout sale",
    "cart": "addtocart addtobasket basket",
    "view": "pageview detail viewed visit",
    "click": "clicked",
    "play": "watch listen stream",
    "impression": "show shown exposure",
    "return": "refund returned",
    "like": "favorite favourite fav",
    "rating": "rate review",
}


def guess_columns(columns: tuple[str, ...], kind: str) -> dict[str, str]:
    """Canonical name -> the column that probably holds it."""
    theirs = {_plain(column): column for column in reversed(columns)}
    guessed: dict[str, str] = {}
    for canonical in KINDS[kind].columns:
        words = [_plain(canonical), *SYNONYMS.get(canonical, "").split()]
        found = next((theirs[word] for word in words if word in theirs), None)
        if found is not None and found not in guessed.values():
            guessed[canonical] = found
    return guessed


def guess_events(values: tuple[str, ...]) -> dict[str, str]:
    """Event name in the file -> canonical type, for names that are not canonical."""
    words = {word: kind for kind, names in EVENT_SYNONYMS.items() for word in names.split()}
    return {value: words[_plain(value)] for value in values if _plain(value) in words}


def _plain(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())
