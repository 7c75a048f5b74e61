"""The cache of what the log says that lists are worth."""

from datetime import datetime

import streamlit as st

from engine.workbench import worth
from engine.workbench.worth import NoWorth, Worth
from pages._shared import cache


@st.cache_resource(max_entries=4, show_spinner=False)
def found(database: str, run_id: str, trained_at: datetime | None) -> Worth | NoWorth:
    """What the log says of the policies of a run.

    A run that is trained again keeps its name, so that the time belongs to the key.
    """
    return worth.read_worth(cache.opened(database))
