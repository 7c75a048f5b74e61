"""P15: a run goes on from its state."""

from dataclasses import fields, replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.simulation.assumptions import draws
from engine.simulation.behaviour import People, forces, move_people
from engine.simulation.scenario import scenario_of_log
from tests.unit.simulation.builders import DRAWS, SEGMENTS, World, trying_worlds

laws = settings(max_examples=200, deadline=None)


def same(first: object, second: object) -> None:
    np.testing.assert_allclose(first, second, rtol=1e-9, atol=1e-7)


@laws
@given(world=trying_worlds(), length=st.sampled_from([0.0, 0.25, 1.0]))
def test_p15_a_run_goes_on_from_its_state(world: World, length: float) -> None:
    """A run of 12 months is one of 6, then one of 7 that begins with the sixth as its books.

    The state: free users, those in trial (trials of at most a month, so that all of them end
    next month), lapsed users, members by renewals survived, and the months that reactions
    have run. Pools whose chance falls with age would have to be handed over one by one.
    """
    world = _one_segment(world.with_people(readiness=None, freshness=None, trial_months=length))
    world = world.with_levers(economics__horizon_months=12)
    whole = _moved(world, 0)
    sixth = world.with_people(
        free_users=whole.free[5] + whole.trial[5],
        trial_users=whole.trial[5],
        lapsed_users=whole.lapsed[5][:, None],
        members=_tenures_in(world, whole, 5),
    )
    rest = _moved(sixth, 5)
    for name in ("free", "trial", "members", "lapsed", "joining", "leaving", "returning"):
        later = getattr(whole, name)[6:]
        same(getattr(rest, name)[1 : 1 + len(later)], later)


def _one_segment(world: World) -> World:
    """Return the people of the first segment alone."""
    people, n_segments = world.people, SEGMENTS
    return world.with_people(
        **{
            spec.name: getattr(people, spec.name)[:, :1]
            for spec in fields(people)
            if getattr(getattr(people, spec.name), "shape", ())[1:2] == (n_segments,)
            and spec.name not in ("examination", "viewability")
        }
    )


def _moved(world: World, month: int) -> People:
    """Return the people of a world whose reactions have run for some months."""
    scenario = scenario_of_log(world.people, world.scenario)
    assumed = draws(scenario, scenario.seed, DRAWS, world.people)
    moved = forces(world.people, scenario, assumed, np.full((DRAWS, 1), 1.3))
    ahead = np.arange(1, 13)[:, None] + month
    ramp = -np.expm1(-ahead / assumed.of("reaction.ramp_months"))
    return move_people(world.people, scenario, assumed, [replace(moved, ramp=ramp)])


def _tenures_in(world: World, whole: People, month: int) -> np.ndarray:
    """Return members by renewals survived: each cohort followed alone."""
    people, nobody = world.people, np.zeros((DRAWS, 1))
    n_tenures = people.members.shape[2]
    found = np.zeros((DRAWS, 1, n_tenures + month))
    quiet = world.with_people(conversion=nobody, trial_start_rate=nobody, trial_users=nobody)
    for tenure in range(n_tenures):
        alone = np.zeros_like(people.members)
        alone[:, :, tenure] = people.members[:, :, tenure]
        found[:, :, tenure + month] = _moved(quiet.with_people(members=alone), 0).members[month]
    for start in range(1, month + 1):
        fresh = whole.joining[start][:, None, None]
        left = _moved(quiet.with_people(members=fresh), start).members[month - start]
        found[:, :, month - start] += left
    return found
