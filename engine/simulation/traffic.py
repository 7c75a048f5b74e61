"""Who comes and how many lists they see: what a simulation knows before any money is made."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from engine.simulation.assumptions import Assumptions, draws
from engine.simulation.behaviour import (
    People,
    forces,
    move_people,
    visits,
)
from engine.simulation.collapse import Collapsed
from engine.simulation.levers import lever_value, with_lever
from engine.simulation.scenario import Scenario
from engine.tensor import Floats, Population

KEPT = 6
"""Traffic of so many lists and scenarios is kept: a page compares two or three."""

PEOPLE_LEVERS = frozenset(
    {
        "ads.ad_slots",
        "membership.price_cents",
        "membership.resubscription_rate",
        "membership.downgrade_share",
        "membership.trial_to_paid_rate",
        "membership.trial_months",
        "reaction.use_loss_per_ad",
        "reaction.ramp_months",
        "reaction.upgrade_per_ad",
        "reaction.membership_elasticity",
        "reaction.churn_per_price",
        "reaction.use_per_quality",
        "reaction.churn_per_quality",
        "reaction.list_view_share",
        "economics.horizon_months",
    }
)
"""Levers that move people; all others turn the same lists into other money."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Traffic:
    """Who is there, who would be there anyway, and what they look at."""

    people: People

    members_anyway: Floats
    """Members if the lists were switched off, of shape (H, B, G)."""

    lists_free: Floats
    """Lists with ads: of free users, of shape (H, B, G)."""

    lists_member: Floats
    """Lists without ads: of members and of people in trial, of shape (H, B, G)."""

    sessions_free: Floats
    """Visits of free users, of shape (B, H)."""

    sessions_member: Floats
    """Visits of members and of people in trial, of shape (B, H)."""


def people_part(scenario: Scenario) -> Scenario:
    """Return what of a scenario moves people; all else is at its default."""
    moving = {key: lever_value(scenario, key) for key in PEOPLE_LEVERS}
    found = Scenario(pinned=scenario.pinned & PEOPLE_LEVERS, seed=scenario.seed)
    for key in sorted(moving):
        found = with_lever(found, key, moving[key])
    return found


@lru_cache(maxsize=KEPT)
def traffic_of(collapsed: Collapsed, scenario: Scenario) -> Traffic:
    """Return who comes to the lists; what was asked for last is kept.

    A lever that turns the same lists into other money asks for the same traffic again.

    Parameters
    ----------
    scenario : Scenario
        From ``people_part``, with ad slots and membership price filled in from the log.
    """
    people = collapsed.population
    assumed = draws(scenario, scenario.seed, people.n_draws, people, PEOPLE_LEVERS)
    return send_traffic(collapsed, scenario, assumed)


def send_traffic(collapsed: Collapsed, scenario: Scenario, assumed: Assumptions) -> Traffic:
    """Return who comes to the lists.

    Parameters
    ----------
    scenario : Scenario
        With ad slots and membership price filled in from the log.
    """
    population = collapsed.population
    paths = [forces(population, scenario, assumed, collapsed.quality_ratio)]
    if has_memberships(population, scenario):
        nothing = np.zeros_like(collapsed.quality_ratio[:, :1])
        paths.append(forces(population, scenario, assumed, nothing))
    people = move_people(population, scenario, assumed, paths)
    with_ads, without, in_trial = visits(population, assumed, paths[0])
    with_ads *= people.free
    without *= people.members
    if people.trial is not None and in_trial is not None:
        in_trial *= people.trial
        without += in_trial
    sessions = [by_month(visit) for visit in (with_ads, without)]
    with_ads *= population.lists_per_session[:, None]
    without *= population.lists_per_session[:, None]
    return Traffic(
        people=people,
        members_anyway=people.members_otherwise[0] if len(paths) > 1 else people.members,
        lists_free=with_ads,
        lists_member=without,
        sessions_free=sessions[0],
        sessions_member=sessions[1],
    )


def has_memberships(population: Population, scenario: Scenario) -> bool:
    """Return whether the log has members and a price they pay."""
    return population.conversion is not None and scenario.membership.price_cents is not None


def by_month(months: Floats) -> Floats:
    """Return (H, B, G) summed over segments, of shape (B, H)."""
    return np.asarray(np.einsum("hbg->bh", months))
