"""Ways to value lists that the product does not take, to show why it does not."""

from dataclasses import dataclass, replace

import numpy as np

from engine.simulation.levers import LEVERS
from engine.simulation.scenario import Scenario
from engine.tensor import Floats, Population
from engine.workbench.valuing import Valued
from sample_data.proof.log import Logged
from sample_data.proof.world import World


@dataclass(frozen=True, kw_only=True)
class Way:
    """How a world is valued; as the product does by default."""

    model_only: bool = False
    """Forget the logged chances: events are those of the click model, taken for right."""
    examination_known: bool = False
    """Take the estimated examination of slots for the true one."""
    learn_from_all: bool = False
    """Learn lists from the very rows that value them."""
    visits_apart: bool = False
    """Take every visit for one of somebody else: visits are drawn anew, not people."""
    reactions_known: bool = False
    """Take what is assumed of people for known: the middle of every prior."""


def certain_looks(valued: Valued) -> Valued:
    """Return the valuation with the mean examination in every draw."""
    population = population_of(valued)
    mean = np.broadcast_to(population.examination.mean(axis=0), population.examination.shape)
    return with_population(valued, replace(population, examination=mean))


def certain_reactions(scenario: Scenario) -> Scenario:
    """Return the scenario with every assumption pinned."""
    return replace(scenario, pinned=frozenset(lever.key for lever in LEVERS if lever.prior))


def visits_apart(world: World, log: Logged, valued: Valued) -> Valued:
    """Return the valuation with visits drawn one by one: what one person does again is new.

    What lists bring stays drawn by people, and so do users and members.
    """
    people = population_of(valued)
    segment = world.segment[log.counted.population.visits.user_row]
    rng, n_visits = world.stream("visits apart"), np.bincount(segment)

    def drawn(rate: Floats) -> Floats:
        share = rng.gamma(n_visits, 1.0 / n_visits, (people.n_draws, len(n_visits)))
        return np.asarray(rate.mean(axis=0) * share)

    free, member = drawn(people.sessions_free), drawn(people.sessions_member)
    return with_population(valued, replace(people, sessions_free=free, sessions_member=member))


def population_of(valued: Valued) -> Population:
    """Return the people of a valuation that has some."""
    if valued.valuation.population is None:
        raise ValueError("a world whose log carries no valuation")
    return valued.valuation.population


def with_population(valued: Valued, population: Population) -> Valued:
    """Return the valuation with other people."""
    return replace(valued, valuation=replace(valued.valuation, population=population))
