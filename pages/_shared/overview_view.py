"""What only the Overview page shows, by what kind of log there is."""

import streamlit as st

from engine.simulation.scenario import Scenario
from engine.workbench.answers import Simulation
from engine.workbench.pricing import PricingInputs
from engine.workbench.valuing import STATUS_QUO
from pages._shared import experiment_view, money_cache, money_view, range_view, tables, widgets
from pages._shared.text import t

Run = tuple[str, str]
"""Database and run, the key of every cache."""


def of_events(run: Run, found: Simulation, inputs: PricingInputs, scenario: Scenario) -> None:
    """A log that says what was shown: price tags, months, drivers."""
    money_view.headline(found)
    money_view.level(found)
    if STATUS_QUO in inputs.policies:
        today = money_cache.quote(*run, scenario, STATUS_QUO).simulation
        money_view.against_today(today.uplift, today)
    money_view.cards(found)
    picture, drivers = st.columns([1.5, 1])
    with picture:
        lines = money_cache.month_lines(*run, scenario, money_cache.PRICED)
        money_view.months(lines, found, tables.origin(run[1], scenario))
    with drivers:
        money_view.tornado(money_cache.drivers(*run, scenario), found)
    experiment_view.box(found, found.experiment)
    money_view.break_even(found)


def of_range(run: Run, found: Simulation, scenario: Scenario) -> None:
    """A log of orders or views: counted, estimated, assumed, and what would settle it."""
    range_view.headline(found)
    range_view.parts(found)
    picture, drivers = st.columns([1.5, 1])
    with picture:
        range_view.chain(found)
    with drivers:
        money_view.tornado(money_cache.drivers(*run, scenario), found)
    experiment_view.box(found, found.experiment)
    money_view.break_even(found)
    range_view.withheld(found)


def next_steps() -> None:
    """Where to go from here."""
    with st.container(horizontal=True):
        widgets.link("pages/revenue/mix.py", t("overview.go_mix"), ":material/tune:")
        widgets.link(
            "pages/recommendations/lists.py", t("overview.go_lists"), ":material/list_alt:"
        )
