"""Caches of the pages Profiles: each is keyed by the data, the run, or both."""

from datetime import datetime

import pandas as pd
import streamlit as st

from engine.ranking.two_stage import FittedRanker
from engine.store.lists import ListFilters
from engine.workbench import item_profiles, profiles, what_if
from engine.workbench.checking import Stamp
from engine.workbench.item_profiles import Choosers, ItemFacts, ItemProfile, Standing
from engine.workbench.profiles import UserFacts, UserProfile
from engine.workbench.runs import LIST_LENGTH
from engine.workbench.valuing import MAIN
from engine.workbench.what_if import Change, Event, EventReading
from pages._shared import cache, state


def ranker(facts: Stamp) -> FittedRanker:
    """The ranker of the run, in memory once for all visitors."""
    # a run that is trained again keeps its name, so that the time belongs to the key
    return _ranker(cache.database(), facts.run_id or "", facts.trained_at)


def user(facts: Stamp, user_id: str) -> UserFacts | None:
    """One user; None for an id that is not in the log."""
    return _user(cache.database(), facts.data_version, user_id)


def profile(facts: Stamp, user_row: int) -> UserProfile:
    """What the ranker knows of a user."""
    return profiles.profile_of(ranker(facts), user_row)


def someone(facts: Stamp, turn: int, *, is_new: bool) -> str | None:
    """The id of someone to look at."""
    return _someone(cache.database(), facts.run_id or "", turn, is_new)


def similar_users(text: str) -> tuple[str, ...]:
    """A few ids that hold a text."""
    return profiles.similar_users(cache.opened(cache.database()), text)


def history(facts: Stamp, user_row: int) -> pd.DataFrame:
    """What a user did, the last first."""
    return _history(cache.database(), facts.data_version, user_row)


def list_of(facts: Stamp, user_id: str) -> pd.DataFrame:
    """The stored list of a user, in the words of the page Lists."""
    filters = ListFilters(user=user_id, policy=MAIN)
    run_id = facts.run_id or ""
    return cache.list_rows(cache.database(), run_id, filters, state.locale(), LIST_LENGTH, 0).rows


def change(facts: Stamp, user: UserFacts, events: tuple[Event, ...]) -> Change:
    """The list of a user before and after further events."""
    return _change(
        cache.database(), facts.run_id or "", facts.trained_at, user.user_row, events,
        state.locale(),
    )  # fmt: skip


@st.cache_data(max_entries=4, show_spinner=False)
def reading(database: str, run_id: str) -> EventReading:
    """How events were read when the run was trained."""
    return what_if.event_reading(cache.opened(database))


def found_items(facts: Stamp, text: str) -> pd.DataFrame:
    """Items by title or id; without a text those used most."""
    return _found_items(cache.database(), facts.data_version, text)


def item_rows(facts: Stamp, item_ids: tuple[str, ...]) -> pd.Series:
    """The rows of some items, in their order."""
    return _item_rows(cache.database(), facts.data_version, item_ids)


def item(facts: Stamp, item_id: str) -> ItemFacts | None:
    """One item; None for an id that is not in the log."""
    return _item(cache.database(), facts.run_id or "", item_id)


@st.cache_resource(max_entries=64, show_spinner=False)
def item_profile(
    database: str, run_id: str, trained_at: datetime | None, item_row: int
) -> ItemProfile:
    """What the ranker knows of an item."""
    return item_profiles.profile_of(_ranker(database, run_id, trained_at), item_row)


@st.cache_resource(max_entries=64, show_spinner=False)
def choosers(database: str, run_id: str, item_row: int) -> Choosers:
    """Who chose an item, by segment."""
    return item_profiles.choosers(cache.opened(database), item_row)


@st.cache_resource(max_entries=64, show_spinner=False)
def standing(database: str, run_id: str, trained_at: datetime | None, item_row: int) -> Standing:
    """On which lists an item stands."""
    return item_profiles.standing(cache.opened(database), item_row)


@st.cache_data(max_entries=64, show_spinner=False)
def periods(database: str, run_id: str, item_row: int) -> pd.DataFrame:
    """How many users chose an item in each week or month."""
    facts = cache.stamp()
    if facts.first_on is None or facts.last_on is None:
        return pd.DataFrame({"period_on": [], "user_count": []})
    return item_profiles.periods(cache.opened(database), item_row, facts.first_on, facts.last_on)


def names_of(item_rows: list[int]) -> pd.DataFrame:
    """Ids and names of some items, by row."""
    return item_profiles.names_of(cache.opened(cache.database()), item_rows)


@st.cache_resource(max_entries=2, show_spinner=False)
def _ranker(database: str, run_id: str, trained_at: datetime | None) -> FittedRanker:
    return profiles.ranker(cache.opened(database))


@st.cache_data(max_entries=64, show_spinner=False)
def _user(database: str, data_version: str, user_id: str) -> UserFacts | None:
    return profiles.find_user(cache.opened(database), user_id)


@st.cache_data(max_entries=64, show_spinner=False)
def _someone(database: str, run_id: str, turn: int, is_new: bool) -> str | None:
    return profiles.pick_user(cache.opened(database), turn, is_new=is_new)


@st.cache_data(max_entries=64, show_spinner=False)
def _history(database: str, data_version: str, user_row: int) -> pd.DataFrame:
    return profiles.history(cache.opened(database), user_row)


@st.cache_resource(max_entries=32, show_spinner=False)
def _change(
    database: str,
    run_id: str,
    trained_at: datetime | None,
    user_row: int,
    events: tuple[Event, ...],
    locale: str,
) -> Change:
    fitted = _ranker(database, run_id, trained_at)
    found = reading(database, run_id)
    workspace = cache.opened(database)
    return what_if.what_if(workspace, fitted, found, user_row, events, locale, LIST_LENGTH)


@st.cache_data(max_entries=64, show_spinner=False)
def _found_items(database: str, data_version: str, text: str) -> pd.DataFrame:
    return item_profiles.find_items(cache.opened(database), text)


@st.cache_data(max_entries=64, show_spinner=False)
def _item_rows(database: str, data_version: str, item_ids: tuple[str, ...]) -> pd.Series:
    return item_profiles.rows_of(cache.opened(database), item_ids)


@st.cache_data(max_entries=64, show_spinner=False)
def _item(database: str, run_id: str, item_id: str) -> ItemFacts | None:
    return item_profiles.find_item(cache.opened(database), item_id)
