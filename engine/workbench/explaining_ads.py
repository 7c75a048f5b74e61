"""What ads do to the other models, as the simulation with and without them says."""

from dataclasses import replace

import numpy as np

from engine.simulation.compare import attributed, incremental
from engine.simulation.run import Outcome
from engine.tensor import Floats
from engine.workbench.asked import Asked
from engine.workbench.explained import Part, data_part, known_value
from engine.workbench.pricing import outcome

CENTS, HEADS = "cents_per_month", "count"
CPM = "ads.cpm_cents"

Volume = tuple[tuple[Part, ...], str, Floats | None]
"""Inputs of a number, its unit, and its draws."""


def displaced(asked: Asked) -> Volume:
    """Return what ads cost the sales."""
    there, without = (
        monthly(incremental(side)["sales"], asked) for side in (asked.outcome, _no_ads(asked))
    )
    parts = (
        data_part("sales_with_ads", there, CENTS),
        data_part("sales_without_ads", without, CENTS),
    )
    return parts, CENTS, there - without


def what_is_left(asked: Asked) -> Volume:
    """Return what is left of ad money."""
    there, without = asked.outcome, _no_ads(asked)
    earned = monthly(incremental(there)["ads"], asked)
    sales = monthly(incremental(there)["sales"] - incremental(without)["sales"], asked)
    fees = monthly(attributed(there)["membership"] - attributed(without)["membership"], asked)
    parts = (
        data_part("money_ads", earned, CENTS, known_value(asked.inputs, asked.scenario, CPM)[1]),
        data_part("sales_displaced", sales, CENTS),
        data_part("fees_from_ads", fees, CENTS),
    )
    return parts, CENTS, earned + sales + fees


def members_from_ads(asked: Asked) -> Volume:
    """Return who is a member because of ads."""
    there, without = (side.volumes.members[:, -1] for side in (asked.outcome, _no_ads(asked)))
    parts = (
        data_part("members_with_ads", there, HEADS),
        data_part("members_without_ads", without, HEADS),
    )
    return parts, HEADS, there - without


def _no_ads(asked: Asked) -> Outcome:
    without = replace(asked.scenario, ads=replace(asked.scenario.ads, ad_slots=0.0))
    return outcome(asked.inputs, without, asked.quoted.simulation.policy)


def monthly(draws: Floats, asked: Asked) -> Floats:
    """Return money over the horizon as one of a mean month."""
    return np.asarray(draws / asked.months)
