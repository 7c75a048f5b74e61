"""What rules ask of a log, and lists that keep to them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from engine.errors import UsageError
from engine.ranking.facts import ITEM_FACTS
from engine.ranking.fitted import FittedRanker
from engine.ranking.lists import ExplainedLists
from engine.ranking.ruled import RuleFacts, keep_to
from engine.ranking.rules import Rules
from engine.store import queries
from engine.workbench import making
from engine.workbench.workspace import Workspace

Worth = Literal["odds", "money", "place"]
"""What scores of lists mean, and so what a boost multiplies: odds of which they are the
logarithm, money, or nothing, where the place stands in."""

Flags = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class RuleChoices:
    """Which rules a log has anything to say about."""

    has_stock: bool
    has_members_only: bool
    categories: tuple[str, ...]


def rule_choices(workspace: Workspace) -> RuleChoices:
    """Return which rules the log can be asked to keep."""
    items = queries.read_frame(workspace.database, "items")
    return RuleChoices(
        has_stock=bool(items["stock"].notna().any()),
        has_members_only=bool(items["members_only"].any()),
        categories=tuple(sorted(str(name) for name in items["category"].dropna().unique())),
    )


def by_rules(
    workspace: Workspace,
    fitted: FittedRanker,
    lists: ExplainedLists,
    rules: Rules,
    k: int,
    worth: Worth,
) -> ExplainedLists:
    """Return the ``k`` places of longer lists that keep to the rules.

    Raises
    ------
    UsageError
        When a rule names an item, a category or a tag that the log does not have.
    """
    if rules.is_empty:
        return making.first_places(lists, k)
    facts = rule_facts(workspace, fitted, rules)
    if worth == "money":
        return keep_to(lists, np.maximum(lists.score, 0.0), rules, facts, k)
    if worth == "place":
        return keep_to(lists, 1.0 / lists.rank, rules, facts, k)
    found = keep_to(lists, np.exp(lists.score), rules, facts, k)
    return replace(found, score=np.log(np.maximum(found.score, np.finfo(np.float64).tiny)))


def rule_facts(workspace: Workspace, fitted: FittedRanker, rules: Rules) -> RuleFacts:
    """Return what rules ask of the items and users of a log."""
    items = queries.read_frame(workspace.database, "items").sort_values("item_row")
    named = _Named(items)
    codes, _ = pd.factorize(items["category"].replace("", None), sort=True)
    factor, boosted_by = np.ones(len(items)), np.full(len(items), "", dtype=object)
    for boost in rules.boosts:
        rows = named.rows(boost.kind, boost.name, f"boost.{boost.kind}")
        factor[rows] *= boost.factor
        joint = np.where(boosted_by == "", "", boosted_by + ", ")
        boosted_by = np.where(rows, joint + boost.name, boosted_by)
    blocked = named.any_of("items", rules.blocked_items, "block.items")
    blocked |= named.any_of("categories", rules.blocked_categories, "block.categories")
    is_gone = rules.in_stock & (items["stock"].to_numpy(np.float64, na_value=np.nan) <= 0)
    return RuleFacts(
        is_out=blocked | is_gone,
        for_members=rules.members_only & items["members_only"].to_numpy(bool),
        is_member=_members(workspace, fitted),
        category=codes.astype(np.int32),
        is_new=_new_items(fitted),
        factor=factor,
        boosted_by=boosted_by,
        direction=_directions(fitted),
    )


class _Named:
    """Finds the rows of items by their id, category or tag."""

    def __init__(self, items: pd.DataFrame) -> None:
        tags = items[["item_row", "tags"]].explode("tags").dropna()
        self._n_items = len(items)
        self._pairs: Mapping[str, tuple[pd.Series, pd.Series]] = {
            "items": (items["item_id"], items["item_row"]),
            "categories": (items["category"], items["item_row"]),
            "tags": (tags["tags"], tags["item_row"]),
        }

    def rows(self, kind: str, name: str, place: str) -> Flags:
        """Return which items have a name."""
        return self.any_of(kind, (name,), place)

    def any_of(self, kind: str, names: Sequence[str], place: str) -> Flags:
        """Return which items have one of some names, each of which must exist."""
        values, item_rows = self._pairs[kind]
        missing = sorted(set(names) - set(values[values.isin(names)]))
        if missing:
            raise UsageError("rules_unknown_name", place=place, name=missing[0][:80])
        found = np.zeros(self._n_items, dtype=np.bool_)
        found[item_rows[values.isin(names)].to_numpy(np.int64)] = True
        return found


def _members(workspace: Workspace, fitted: FittedRanker) -> Flags:
    """Return who is a member, or on trial, at the moment that the lists speak of."""
    periods = queries.read_frame(workspace.database, "memberships")
    at = pd.Timestamp(fitted.at, unit="s", tz="UTC")
    started, ended = (pd.to_datetime(periods[n], utc=True) for n in ("started_at", "ended_at"))
    is_running = (started <= at) & (ended.isna() | (ended > at))
    found = np.zeros(fitted.state.seen.shape[0], dtype=np.bool_)
    found[periods.loc[is_running, "user_row"].to_numpy(np.int64)] = True
    return found


def _new_items(fitted: FittedRanker) -> Flags:
    """Return which items are new, as a reason calls them new."""
    age = fitted.state.facts.item[: len(fitted.pool), ITEM_FACTS.index("age")]
    found = np.zeros(fitted.n_items, dtype=np.bool_)
    found[fitted.pool] = age <= np.log1p(fitted.settings.new_days)
    return found


def _directions(fitted: FittedRanker) -> NDArray[np.float32]:
    """Return the factors that users' choices gave each item, scaled to length 1."""
    factors = np.asarray(fitted.state.factors["als"].right).T[: len(fitted.pool)]
    length = np.linalg.norm(factors, axis=1, keepdims=True)
    found = np.zeros((fitted.n_items, factors.shape[1]), dtype=np.float32)
    found[fitted.pool] = factors / np.maximum(length, 1e-12)
    return found
