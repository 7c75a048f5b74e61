"""What lists of a small world truly earn: the simulation of what is true, without a doubt.

The months are those of the product's own simulation, which tests hold against a loop over
users. What is proved here is what goes into it: events, people and reactions.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from engine.evaluation import ageing
from engine.evaluation.anchoring import looks_today, per_list
from engine.evaluation.examination import Examination
from engine.evaluation.memberships import MembershipLog
from engine.evaluation.population import build_population
from engine.simulation.levers import with_lever
from engine.simulation.run import Outcome, simulate
from engine.simulation.scenario import Scenario
from engine.tensor import EventTensor, Floats, Population
from sample_data.proof import log
from sample_data.proof.people import (
    OTHER_VIEWS,
    TRIAL_MONTHS,
    People,
    draw_stays,
    draw_visits,
    panel_of,
    people_of,
    starting_chance,
)
from sample_data.proof.world import PRICE_CENTS, Arms, Ints, World, is_ad_slot

N_BINS = 32
"""Bins of the order probability: fine enough for the demand curve of every pair."""

PANEL = 40_000
"""People whose visits and memberships stand for those of everyone."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Truth:
    """A world without sampling error; arrays hold one draw."""

    world: World

    def earns(self, lists: Ints, scenario: Scenario) -> Outcome:
        """Return what lists (U, K) earn under a scenario."""
        people = self._seeing(self._people, lists, scenario)
        return simulate(self._tensor(lists), self._today, people, self._known(scenario))

    def earns_today(self, scenario: Scenario) -> Outcome:
        """Return what the lists of the log earn under a scenario."""
        lists = self.world.candidates[:, : self.world.recipe.n_slots]
        people = self._seeing(self._people, lists, scenario)
        return simulate(self._today, self._today, people, self._known(scenario))

    def _seeing(self, people: Population, lists: Ints, scenario: Scenario) -> Population:
        """Return people who see the ads of those lists that they have not left."""
        if not self.world.recipe.leave_after_click or people.viewability is None:
            return people
        ads = round(scenario.ads.ad_slots if scenario.ads.ad_slots is not None else 1.0)
        still = still_here(self.world, lists, ads).mean(axis=0)
        return replace(people, viewability=people.viewability * still)

    def _known(self, scenario: Scenario) -> Scenario:
        """Return the scenario with reactions as they are."""
        found = scenario
        for key, value in self.world.reactions.items():
            found = with_lever(found, key, value)
        return replace(found, pinned=frozenset(self.world.reactions))

    @cached_property
    def _today(self) -> EventTensor:
        """The older ranker's lists, some of them shuffled."""
        world = self.world
        share, k = world.recipe.shuffle_share, world.recipe.n_slots
        kept = self._tensor(world.candidates[:, :k])
        shuffled = self._tensor(world.candidates)
        mixed = {
            name: (1.0 - share) * getattr(kept, name)
            + share * np.repeat(getattr(shuffled, name).mean(axis=2, keepdims=True), k, axis=2)
            for name in ("click", "order", "value", "cost")
        }
        return EventTensor(policy="logged", **mixed)

    def _tensor(self, lists: Ints) -> EventTensor:
        """Return expected events per look of lists (U, J), users by their visits."""
        world = self.world
        user = np.arange(len(lists))[:, None]
        click = special.expit(special.logit(world.click[user, lists]) + world.recipe.drift)
        if world.recipe.leave_after_click and lists.shape[1] == world.recipe.n_slots:
            click = click * still_here(world, lists, 0)
        order = world.order[user, lists]
        place = np.searchsorted(self._edges, order, side="right")
        value = click * order * world.price_cents[lists]
        cost = click * order * world.unit_cost_cents[lists]
        parts = {"click": click, "order": click * order, "value": value, "cost": cost}
        return EventTensor(
            policy="lists", **{name: self._cells(part, place) for name, part in parts.items()}
        )

    @cached_property
    def _visits(self) -> Floats:
        """Visits of each user in the months that lists are valued on, of shape (U,).

        Whoever signed up when lists had been learned was there for a part of them, and
        is shown lists that know little of her.
        """
        recipe = self.world.recipe
        since = np.maximum(people_of(self.world).signed_up, recipe.learning_months)
        return self.world.visits_a_month * np.maximum(recipe.months - since, 0.0)

    @cached_property
    def _edges(self) -> Floats:
        return np.asarray(np.quantile(self.world.order, np.arange(1, N_BINS) / N_BINS))

    def _cells(self, amount: Floats, place: NDArray[np.int64]) -> Floats:
        """Return means by segment, rank and bin, of shape (1, G, J, N)."""
        world, n_ranks = self.world, amount.shape[1]
        weight = self._visits[:, None]
        cell = (world.segment[:, None] * n_ranks + np.arange(n_ranks)) * N_BINS + place
        total = np.bincount(cell.ravel(), (amount * weight).ravel(), 2 * n_ranks * N_BINS)
        people = np.bincount(world.segment, self._visits)
        return (total.reshape(2, n_ranks, N_BINS) / people[:, None, None])[None]

    @cached_property
    def _people(self) -> Population:
        """Everyone, counted as the product counts but on a panel many times as large."""
        world = self.world
        ratio = PANEL / len(world.segment)
        panel = panel_of(world, PANEL)
        stays = draw_stays(world, panel)
        data = log.population_data(world, panel, draw_visits(world, panel, stays), stays, 1)
        point = world.examination
        known = Examination(point=point, draws=point[None], method="randomised")
        found = build_population(data, known, np.ones((1, 1)))
        counted = ("free_users", "trial_users", "members", "lapsed_users", "acquired_users")
        return replace(
            found,
            **{name: getattr(found, name) / ratio for name in counted},
            **_joining(world, panel, stays, found),
            lists_per_session=np.array([world.recipe.list_share]),
            viewability=log.FIRST_SLOT_VIEWABILITY * point[None],
            return_rate=np.array([log.RETURN_RATE]),
            churn_alpha_beta=np.array([world.churn]),
            list_view_share=self._list_view_share(replace(found, ad_slots_today=1.0)),
            ad_slots_today=1.0,
            membership_price_today_cents=PRICE_CENTS,
        )

    def _list_view_share(self, people: Population) -> Floats:
        """Return clicks on lists over all item pages, of shape (1,)."""
        share = self.world.recipe.list_share
        clicks = share * per_list(self._today.click, looks_today(people))
        return np.asarray(clicks / (clicks + OTHER_VIEWS))


def _joining(
    world: World, panel: People, stays: MembershipLog, found: Population
) -> dict[str, Any]:
    """Return how free users join at the price of all, as fields of a population.

    Whoever never was a member may start a trial, those too who did not come of late; it is
    told of those who came, as the product does.
    """
    n_users, end = len(panel.segment), world.recipe.months
    may = panel.signed_up < end
    may[stays.user_row[~stays.is_trial]] = False
    today = Arms(
        ad_load=np.ones(n_users, dtype=np.int64),
        price_ratio=np.ones(n_users),
        member_price=np.full(n_users, PRICE_CENTS),
    )
    chance = starting_chance(world, replace(panel, arms=today), int(end))
    starts = np.bincount(panel.segment, chance * may)
    waiting = found.free_users - (found.trial_users if found.trial_users is not None else 0.0)
    rate = starts / (waiting + starts)
    return {
        "conversion": np.zeros_like(rate),
        "trial_start_rate": rate,
        "trial_to_paid_rate": np.array([world.trial_to_paid]),
        "trial_months": TRIAL_MONTHS,
        **_ages(world, panel, may, (rate, found.attrition, waiting)),
    }


def _ages(
    world: World, panel: People, may: NDArray[np.bool_], rates: tuple[Floats, Floats, Floats]
) -> dict[str, Floats]:
    """Return how the readiness to join falls with age, known without a fit."""
    rate, loss, heads = rates
    ages = np.floor(world.recipe.months - panel.signed_up[may]).astype(np.int64)
    cell = panel.segment[may] * ageing.OLDEST + np.clip(ages, 0, ageing.OLDEST - 1)
    people = np.bincount(cell, minlength=2 * ageing.OLDEST).reshape(1, 2, ageing.OLDEST) * 1.0
    known, one = _Known(scale=sum(world.joining)), np.ones((1, 1))
    means = ageing.mean_over(rate, heads), ageing.mean_over(loss, heads)
    return {
        "readiness": ageing.readiness(known, one, people.sum(axis=1), means),
        "freshness": ageing.freshness(known, one, people),
    }


@dataclass(frozen=True, kw_only=True)
class _Known:
    """Ageing that is known and not fitted."""

    scale: float

    def scale_draws(self, n_draws: int) -> Floats:
        """Return what the chance falls with, of shape (B,)."""
        return np.full(n_draws, self.scale)


def still_here(world: World, lists: Ints, n_ads: int) -> Floats:
    """Return how likely a user still looks at each slot of a list with ads, (U, K).

    Where people leave after a click, better lists are left sooner.
    """
    is_ad = is_ad_slot(world.recipe.n_slots)[n_ads]
    rank = np.maximum(np.cumsum(~is_ad) - 1, 0)
    click = world.click[np.arange(len(lists))[:, None], lists[:, rank]] * ~is_ad
    stays = 1.0 - world.recipe.leave_after_click * world.examination * click
    gone = np.cumprod(stays, axis=1)
    return np.hstack([np.ones((len(lists), 1)), gone[:, :-1]])
