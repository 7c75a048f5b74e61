"""Caches of rules on the page Lists."""

from datetime import datetime

import pandas as pd
import streamlit as st

from engine.workbench import listing, ruling
from engine.workbench.checking import Stamp
from engine.workbench.listing import ListRequest
from engine.workbench.ruling import RuleChoices
from pages._shared import cache, profile_cache


@st.cache_data(max_entries=4, show_spinner=False)
def choices(database: str, data_version: str) -> RuleChoices:
    """Which rules the log has anything to say about."""
    return ruling.rule_choices(cache.opened(database))


def lists(facts: Stamp, request: ListRequest) -> pd.DataFrame:
    """Lists of some users of the run as rules make them."""
    return _lists(cache.database(), facts.run_id or "", facts.trained_at, request)


@st.cache_data(max_entries=32, show_spinner=False)
def _lists(
    database: str, run_id: str, trained_at: datetime | None, request: ListRequest
) -> pd.DataFrame:
    fitted = profile_cache.ranker(cache.stamp())
    return listing.preview(cache.opened(database), fitted, request)
