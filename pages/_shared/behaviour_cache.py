"""Caches of what people do: each is keyed by the data, whose hash is its version."""

import pandas as pd
import streamlit as st

from engine.workbench import behaviour
from engine.workbench.behaviour import Behaviour, Funnel, Unit
from engine.workbench.checking import Stamp
from pages._shared import cache


def people(facts: Stamp) -> Behaviour:
    """Who comes, who comes back, what is searched for and who they are."""
    # the stamp also names the run and its time, which do not change what people did
    return _people(cache.database(), facts.data_version)


@st.cache_data(max_entries=12, show_spinner=False)
def funnel(database: str, data_version: str, unit: Unit) -> Funnel:
    """How far people, visits or pairs of person and item get."""
    return behaviour.funnel(cache.opened(database), unit)


@st.cache_data(max_entries=4, show_spinner=False)
def events_by_day(database: str, data_version: str) -> pd.DataFrame:
    """What was done on each day, by type."""
    return behaviour.events_by_day(cache.opened(database))


@st.cache_data(max_entries=4, show_spinner=False)
def _people(database: str, data_version: str) -> Behaviour:
    return behaviour.behaviour(cache.opened(database), cache.stamp())
