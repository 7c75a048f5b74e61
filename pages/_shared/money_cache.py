"""Caches of prices: each is keyed by the run, which names data, settings and seed."""

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from engine.evaluation.compare import BASELINE
from engine.simulation.alone import relevant
from engine.simulation.compare import Driver
from engine.simulation.run import MODELS
from engine.simulation.scenario import Scenario, scenario_id
from engine.workbench import advertising, choices, membership, payers, pictures, pricing, survival
from engine.workbench import alone as only
from engine.workbench.advertising import AdResponses
from engine.workbench.answers import Experiment, Money, Simulation, Uncertainty, Withheld
from engine.workbench.choices import Subject
from engine.workbench.item_prices import SalesResponses, sales_responses
from engine.workbench.item_values import ListedItems, read_items
from engine.workbench.membership import PriceResponses
from engine.workbench.pictures import MonthLine
from engine.workbench.pricing import PricingInputs, Quote
from engine.workbench.survival import Renewals, Staying
from engine.workbench.valuing import MAIN
from pages._shared import cache

PRICED = (MAIN, BASELINE, "random")
"""Policies that pages price, beside the lists served today; each more costs 80 ms."""

KEYED = {Scenario: scenario_id}
"""A scenario is told from another by all of its values."""


@st.cache_resource(max_entries=3, show_spinner=False)
def inputs(database: str, run_id: str) -> PricingInputs:
    """The run, summed up for prices."""
    return pricing.load(cache.opened(database), PRICED)


@st.cache_resource(max_entries=64, show_spinner=False, hash_funcs=KEYED)
def quote(database: str, run_id: str, scenario: Scenario, baseline: str = BASELINE) -> Quote:
    """The price of the lists with the months behind it."""
    return pricing.quote(inputs(database, run_id), scenario, baseline=baseline)


@st.cache_data(max_entries=16, show_spinner=False, hash_funcs=KEYED)
def explained(database: str, run_id: str, scenario: Scenario) -> Simulation:
    """The price of the lists with where the width of its gain comes from."""
    return pricing.simulate(inputs(database, run_id), scenario, explain=True)


@st.cache_data(max_entries=64, show_spinner=False, hash_funcs=KEYED)
def uncertainty(
    database: str, run_id: str, scenario: Scenario
) -> Mapping[str, Uncertainty | None] | None:
    """Where the width of each amount comes from; None where nothing was shown."""
    quoted = quote(database, run_id, scenario)
    return pricing.uncertainty(inputs(database, run_id), scenario, quoted)


@st.cache_data(max_entries=64, show_spinner=False, hash_funcs=KEYED)
def experiment(database: str, run_id: str, scenario: Scenario, subject: Subject) -> Experiment:
    """The test of what a page is about."""
    found = quote(database, run_id, scenario)
    return choices.experiment(inputs(database, run_id), found, scenario, subject)


@st.cache_data(max_entries=16, show_spinner=False, hash_funcs=KEYED)
def drivers(database: str, run_id: str, scenario: Scenario) -> tuple[Driver, ...]:
    """What each assumption can do to the gain."""
    return pictures.drivers(inputs(database, run_id), scenario)


@st.cache_data(max_entries=64, show_spinner=False, hash_funcs=KEYED)
def month_lines(
    database: str, run_id: str, scenario: Scenario, policies: Sequence[str]
) -> tuple[MonthLine, ...]:
    """Money by month of several policies."""
    return pictures.month_lines(inputs(database, run_id), scenario, policies)


@st.cache_resource(max_entries=32, show_spinner=False, hash_funcs=KEYED)
def ad_responses(
    database: str, run_id: str, scenario: Scenario, slots: tuple[int, ...]
) -> AdResponses:
    """How people react to ads; ``scenario`` as ``advertising.without_price`` gives it."""
    return advertising.ad_responses(inputs(database, run_id), scenario, slots)


@st.cache_resource(max_entries=32, show_spinner=False, hash_funcs=KEYED)
def price_responses(database: str, run_id: str, scenario: Scenario) -> PriceResponses:
    """How people react to prices; ``scenario`` as ``membership.without_price`` gives it."""
    return membership.price_responses(inputs(database, run_id), scenario)


@st.cache_data(max_entries=4, show_spinner=False)
def renewals(database: str, data_version: str) -> Renewals | None:
    """Renewals of one version of the data; None without members."""
    return survival.renewals_seen(cache.opened(database))


@st.cache_data(max_entries=4, show_spinner=False)
def stayed(database: str, data_version: str) -> pd.DataFrame | None:
    """Who stayed by renewal, counted; None where too few came to the first."""
    seen = renewals(database, data_version)
    return None if seen is None else survival.observed(seen)


@st.cache_data(max_entries=64, show_spinner=False, hash_funcs=KEYED)
def staying(database: str, run_id: str, data_version: str, scenario: Scenario) -> Staying:
    """How long new members stay, in the log and under a scenario."""
    seen = renewals(database, data_version)
    return survival.staying(inputs(database, run_id), scenario, seen)


@st.cache_resource(max_entries=32, show_spinner=False, hash_funcs=KEYED)
def orders_by_price(database: str, run_id: str, scenario: Scenario) -> SalesResponses:
    """How people react to item prices; ``scenario`` as ``item_prices.without_price`` gives it."""
    return sales_responses(inputs(database, run_id), scenario)


@st.cache_resource(max_entries=3, show_spinner=False)
def listed_items(database: str, run_id: str) -> ListedItems:
    """The lists of the run, summed up by item."""
    return read_items(cache.opened(database), inputs(database, run_id))


def alone(database: str, run_id: str, scenario: Scenario) -> Mapping[str, Money | Withheld]:
    """The price of each model if it were the only one."""
    return {model: _alone(database, run_id, relevant(scenario, model), model) for model in MODELS}


@st.cache_data(max_entries=192, show_spinner=False, hash_funcs=KEYED)
def _alone(database: str, run_id: str, scenario: Scenario, model: str) -> Money | Withheld:
    return only.one_alone(inputs(database, run_id), scenario, model)


def payer_table(found: Quote, segments: Sequence[str]) -> pd.DataFrame:
    """Mean money by segment, free users and members, and model [cents]."""
    return (
        pd.DataFrame()
        if found.outcomes is None
        else payers.payer_table(found.outcomes[0], segments)
    )


def month_table(found: Quote) -> pd.DataFrame:
    """Mean money by month and model [cents]."""
    return pictures.month_table(found.outcomes[0]) if found.outcomes else pd.DataFrame()


def segment_table(found: Quote, segments: Sequence[str]) -> pd.DataFrame:
    """Mean money by segment and model [cents]."""
    if found.outcomes is None:
        return pd.DataFrame()
    return pictures.segment_table(found.outcomes[0], segments)
