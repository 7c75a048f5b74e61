"""Rules of the lists: what the reader asks them to keep to, and the lists that do."""

import pandas as pd
import streamlit as st

from engine.ranking.rules import Rules
from engine.workbench.checking import Stamp
from engine.workbench.listing import ListRequest
from engine.workbench.ruling import RuleChoices
from pages._shared import cache, rules_cache, state
from pages._shared.text import t

MOST, NEW, DIVERSITY = 10, 5, 0.9
"""Ends of the sliders."""


def rules(facts: Stamp) -> Rules:
    """Ask which rules lists keep to; what the log knows nothing about is not asked."""
    known = rules_cache.choices(cache.database(), facts.data_version)
    with st.expander(t("rules.title"), key="rules"):
        left, right = st.columns(2)
        with left:
            diversity = _slider("diversity", 0.0, DIVERSITY, 0.1)
            least_new = _slider("least_new", 0, NEW, 1)
            most = _slider("most", 0, MOST, 1) if known.categories else 0
        with right:
            in_stock = known.has_stock and _toggle("in_stock")
            members_only = known.has_members_only and _toggle("members_only")
            blocked = _blocked(known)
    return Rules(
        in_stock=in_stock,
        members_only=members_only,
        blocked_categories=blocked,
        most_per_category=int(most),
        least_new=int(least_new),
        diversity=float(diversity),
    )


def preview(found: Rules, rows: pd.DataFrame, places: int) -> pd.DataFrame:
    """Return the lists of the people of some rows as the rules make them."""
    people = tuple(dict.fromkeys(rows["user_id"]))
    request = ListRequest(k=places, users=people, rules=found, locale=state.locale())
    return rules_cache.lists(cache.stamp(), request)


def _slider(name: str, low: float, high: float, step: float) -> float:
    chosen: float = st.slider(
        t(f"rules.{name}"),
        low,
        high,
        low,
        step,
        help=t(f"rules.{name}_help"),
        key=f"rule_{name}",
        bind="query-params",
        persist_state="session",
    )
    return chosen


def _toggle(name: str) -> bool:
    return st.toggle(
        t(f"rules.{name}"),
        help=t(f"rules.{name}_help"),
        key=f"rule_{name}",
        bind="query-params",
        persist_state="session",
    )


def _blocked(known: RuleChoices) -> tuple[str, ...]:
    if not known.categories:
        return ()
    chosen = st.multiselect(
        t("rules.blocked"),
        known.categories,
        placeholder=t("rules.blocked_none"),
        key="rule_blocked",
        bind="query-params",
        persist_state="session",
    )
    return tuple(chosen)
