"""Each business model by itself: what it would earn if the others did not exist."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from engine.simulation.collapse import Collapsed
from engine.simulation.levers import with_lever
from engine.simulation.run import Outcome, simulate_collapsed
from engine.simulation.scenario import Scenario
from engine.tensor import Population


def only_ads(collapsed: Collapsed, scenario: Scenario) -> Outcome:
    """Return the outcome with ads but no memberships: everyone sees them."""
    return simulate_collapsed(_without_memberships(collapsed), scenario)


def only_membership(collapsed: Collapsed, scenario: Scenario) -> Outcome:
    """Return the outcome with memberships but no ads, which some pay to get rid of."""
    return simulate_collapsed(collapsed, _without_ads(scenario))


def only_sales(collapsed: Collapsed, scenario: Scenario) -> Outcome:
    """Return the outcome with neither ads nor memberships."""
    return simulate_collapsed(_without_memberships(collapsed), _without_ads(scenario))


ONLY: Mapping[str, Callable[[Collapsed, Scenario], Outcome]] = {
    "ads": only_ads,
    "membership": only_membership,
    "sales": only_sales,
}
"""Model -> its outcome alone. Only the money of that model has a meaning in it."""


def relevant(scenario: Scenario, model: str) -> Scenario:
    """Return the scenario with what the other two models offer left at its defaults.

    The money of the model alone is the same under both, so that whoever keeps results can
    keep them by this one: a move of another model's lever asks for nothing new.
    """
    others = {name: type(getattr(scenario, name))() for name in ONLY if name != model}
    return replace(scenario, **others)


def without_members(population: Population) -> Population:
    """Return the same people where no one is, or becomes, a member.

    Notes
    -----
    Members become free users of their segment and visit as those do.
    """
    free, members = population.free_users, population.members
    return replace(
        population,
        free_users=free + members.sum(axis=-1),
        members=np.zeros((*free.shape, 1)),
        conversion=None,
        trial_users=None,
        trial_start_rate=None,
        trial_to_paid_rate=None,
        trial_months=None,
    )


def _without_memberships(collapsed: Collapsed) -> Collapsed:
    return replace(collapsed, population=without_members(collapsed.population))


def _without_ads(scenario: Scenario) -> Scenario:
    return with_lever(scenario, "ads.ad_slots", 0.0)
