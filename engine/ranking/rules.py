"""Rules of the business that lists keep to, and the file that says them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from engine.errors import UsageError

BoostKind = Literal["items", "categories", "tags"]
TEXT_LIMIT = 1_000_000
"""Longest file of rules [characters]; twenty thousand blocked items fit."""

LARGEST_FACTOR = 100.0
LARGEST_QUOTA = 1_000
LARGEST_DIVERSITY = 0.95
"""Above it nearly nothing of relevance would be left."""


@dataclass(frozen=True, kw_only=True)
class Boost:
    """What stands higher or lower than the ranker has it."""

    kind: BoostKind
    name: str
    """Item id, category or tag."""
    factor: float
    """Multiplies the odds of standing before another item (0-100]; below 1 it lowers them."""


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What lists keep to, applied after ranking; without any, lists stay as they are."""

    in_stock: bool = False
    """Leave out items whose stock is 0."""
    members_only: bool = False
    """Leave out items for members from the lists of others."""
    blocked_items: tuple[str, ...] = ()
    blocked_categories: tuple[str, ...] = ()
    boosts: tuple[Boost, ...] = ()
    most_per_category: int = 0
    """Rows of one category on a list [count]; 0: as many as come."""
    least_new: int = 0
    """New items on a list, where its candidates have that many [count]."""
    diversity: float = 0.0
    """How much being unlike the rows above weighs beside relevance [0-0.95]."""

    def __post_init__(self) -> None:
        _within("at_most_per_category", self.most_per_category, 0, LARGEST_QUOTA)
        _within("at_least_new", self.least_new, 0, LARGEST_QUOTA)
        _within("diversity", self.diversity, 0.0, LARGEST_DIVERSITY)
        for boost in self.boosts:
            place = f"boost.{boost.kind}.{boost.name}"
            _within(place, boost.factor, 1.0 / LARGEST_FACTOR, LARGEST_FACTOR)

    @property
    def is_empty(self) -> bool:
        """Whether lists stay as they are."""
        return self == Rules()


def from_json(text: str) -> Rules:
    """Return the rules that a file says; what it leaves out is no rule.

    Raises
    ------
    UsageError
        With the place and what would be accepted, for anything that is not understood.
    """
    content = _object("rules", _parsed(text))
    known = {
        "in_stock", "members_only", "block", "boost", "at_most_per_category", "at_least_new",
        "diversity",
    }  # fmt: skip
    _only("", content, known)
    block = _object("block", content.get("block", {}))
    _only("block.", block, {"items", "categories"})
    return Rules(
        in_stock=_flag("in_stock", content.get("in_stock", False)),
        members_only=_flag("members_only", content.get("members_only", False)),
        blocked_items=_texts("block.items", block.get("items", [])),
        blocked_categories=_texts("block.categories", block.get("categories", [])),
        boosts=_boosts(_object("boost", content.get("boost", {}))),
        most_per_category=_whole("at_most_per_category", content.get("at_most_per_category", 0)),
        least_new=_whole("at_least_new", content.get("at_least_new", 0)),
        diversity=_number("diversity", content.get("diversity", 0.0)),
    )


def _parsed(text: str) -> Any:
    if len(text) > TEXT_LIMIT:
        raise UsageError("rules_too_long", limit=TEXT_LIMIT)
    try:
        return json.loads(text)
    except RecursionError:
        raise UsageError("rules_not_json", line=1) from None
    except ValueError as fault:
        raise UsageError("rules_not_json", line=getattr(fault, "lineno", 1)) from None


def _boosts(content: Mapping[str, Any]) -> tuple[Boost, ...]:
    _only("boost.", content, {"items", "categories", "tags"})
    kinds: tuple[BoostKind, ...] = ("items", "categories", "tags")
    return tuple(
        Boost(kind=kind, name=str(name), factor=_number(f"boost.{kind}.{name}", factor))
        for kind in kinds
        for name, factor in _object(f"boost.{kind}", content.get(kind, {})).items()
    )


def _only(place: str, content: Mapping[str, Any], known: set[str]) -> None:
    for key in content:
        if key not in known:
            names = ", ".join(sorted(known))
            raise UsageError("rules_unknown_key", place=f"{place}{key}"[:80], known=names)


def _object(place: str, value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise _misfit(place, "object")
    return value


def _flag(place: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise _misfit(place, "true/false")
    return value


def _whole(place: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise _misfit(place, "1, 2, 3 …")
    return value


def _number(place: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _misfit(place, "1.5")
    return float(value)


def _texts(place: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise _misfit(place, '["a", "b"]')
    return tuple(value)


def _misfit(place: str, example: str) -> UsageError:
    return UsageError("rules_wrong_kind", place=place[:80], example=example)


def _within(place: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:  # also where it is no number
        raise UsageError("rules_out_of_range", place=place[:80], value=value, low=low, high=high)


NO_RULES = Rules()
