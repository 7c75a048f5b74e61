"""The compiled months are those of the same lines as plain Python, bit for bit each time."""

from collections.abc import Callable

import numpy as np
import pytest

from engine.simulation import recursion
from engine.simulation.assumptions import draws
from engine.simulation.behaviour import People, forces, move_people
from engine.simulation.compiling import compile_months
from engine.simulation.scenario import scenario_of_log
from tests.unit.simulation.builders import DRAWS, SEGMENTS, TENURES, World, make_trying, make_world

HELPERS = ("_survive", "_keep", "_chances", "_walk", "_begin", "_arrive", "_take", "_decide")
MORE = ("_count", "_go", "_stop", "_keep_months", "follow")


def moved(seed: int, make: Callable[..., World] = make_trying, **people: object) -> People:
    """People with all that the recursion knows, on two paths."""
    world = make(seed, 8, 2.0, 1.0).with_people(**people)
    scenario = scenario_of_log(world.people, world.scenario)
    assumed = draws(scenario, 1, DRAWS, world.people)
    ratios = (np.full_like(world.people.free_users, 1.2), np.zeros((DRAWS, 1)))
    paths = [forces(world.people, scenario, assumed, ratio) for ratio in ratios]
    return move_people(world.people, scenario, assumed, paths)


def arrays(people: People) -> list[np.ndarray]:
    flows = (people.joining, people.lapsed, people.leaving, people.returning)
    return [people.free, people.trial, people.members, *people.members_otherwise, *flows]


@pytest.mark.parametrize("seed", range(6))
def test_compiled_and_plain_months_agree(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    compiled = arrays(moved(seed))
    for name in (*HELPERS, *MORE):
        monkeypatch.setattr(recursion, name, getattr(recursion, name).py_func)
    monkeypatch.setattr("engine.simulation.behaviour.follow", recursion.follow)
    plain = arrays(moved(seed))
    for one, other in zip(compiled, plain, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-10)


def test_the_same_people_move_to_the_same_bit() -> None:
    for one, other in zip(arrays(moved(3)), arrays(moved(3)), strict=True):
        np.testing.assert_array_equal(one, other)


def test_what_training_compiles_serves_every_people() -> None:
    """Compiling takes many seconds: for inputs of another kind a page would wait for it."""
    compile_months()
    ready = recursion.follow.signatures
    moved(1)
    moved(1, make_world)
    moved(1, churn_alpha_beta=None)
    moved(1, members=np.asfortranarray(np.ones((DRAWS, SEGMENTS, TENURES))))
    moved(1, freshness=np.broadcast_to(1.0, (DRAWS, SEGMENTS)))
    assert recursion.follow.signatures == ready
    assert len(ready) == 1
