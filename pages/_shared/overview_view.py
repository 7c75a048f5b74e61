"""What only the Overview page shows."""

import streamlit as st

from engine.simulation.scenario import Scenario
from engine.workbench.pricing import PricingInputs
from pages._shared import money_cache, money_view, widgets
from pages._shared.text import t

COMPARED = ("ranked", "popularity", "random")
"""Policies of the picture: the lists, what is popular, and random lists as negative control."""

TODAY = "logged"


def today(run: tuple[str, str], inputs: PricingInputs, scenario: Scenario) -> None:
    """What the lists bring beyond those that the log shows being served."""
    if TODAY in inputs.policies:
        found = money_cache.quote(*run, scenario, "ranked", TODAY).simulation
        money_view.against_today(found.uplift, found)


def next_steps() -> None:
    """Where to go from here."""
    with st.container(horizontal=True):
        widgets.link("pages/revenue/mix.py", label=t("overview.go_mix"), icon=":material/tune:")
        widgets.link(
            "pages/recommendations/lists.py",
            label=t("overview.go_lists"),
            icon=":material/list_alt:",
        )
