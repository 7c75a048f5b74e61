"""The error of the model on lists it never saw shown: mean one, paired, apart from the data."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.simulation.collapse import collapse
from engine.simulation.compare import uplift, variance_shares
from engine.simulation.model_error import (
    RATIO_SD,
    ratio_error,
    with_ratio_error,
    without_ratio_error,
)
from engine.simulation.run import simulate_collapsed
from tests.unit.simulation.builders import PINNED, World, make_world, worlds


def sides(world: World):
    policy = collapse(world.tensor, world.today, world.people)
    return policy, collapse(world.today, world.today, world.people)


@given(name=st.text(max_size=12), n=st.integers(1, 600))
def test_an_error_has_mean_one_and_depends_on_the_name_alone(name: str, n: int) -> None:
    error = ratio_error(name, n)
    assert error.mean() == pytest.approx(1.0)
    assert (error > 0).all()
    np.testing.assert_array_equal(error, ratio_error(name, n))


def test_two_policies_differ_as_much_as_one_and_today() -> None:
    one, other = (np.log(ratio_error(name, 100_000)) for name in ("ranked", "als"))
    assert one.std() == pytest.approx(RATIO_SD, rel=0.02)
    assert (one - other).std() == pytest.approx(RATIO_SD, rel=0.02)


@settings(max_examples=200, deadline=None)
@given(worlds())
def test_a_policy_against_itself_gains_nothing_whatever_its_error(world: World) -> None:
    policy, _ = sides(world)
    off = with_ratio_error(policy, ratio_error("ranked", policy.population.n_draws))
    outcome = simulate_collapsed(off, world.scenario)
    assert not uplift(outcome, outcome).total.any()


@settings(max_examples=200, deadline=None)
@given(worlds())
def test_an_error_can_be_taken_back(world: World) -> None:
    policy, _ = sides(world)
    off = with_ratio_error(policy, ratio_error("ranked", policy.population.n_draws))
    back = without_ratio_error(off)

    assert back.model_error is None
    for before, after in zip(policy.by_ads, back.by_ads, strict=True):
        np.testing.assert_allclose(after, before, rtol=1e-12)
    np.testing.assert_allclose(back.quality_ratio, policy.quality_ratio, rtol=1e-12)


def test_the_error_is_told_apart_from_data_and_assumptions() -> None:
    world = make_world(2, 6, 2.0, 1.0)
    policy, today = sides(world)
    plain = variance_shares(policy, world.scenario, today)
    off = with_ratio_error(policy, ratio_error("ranked", policy.population.n_draws))
    found = variance_shares(off, world.scenario, today)

    assert plain.model == 0.0
    assert found.model > 0
    assert found.data + found.assumption + found.model == pytest.approx(1.0)
    assert found.data / found.assumption == pytest.approx(plain.data / plain.assumption)
    known = variance_shares(off, replace(world.scenario, pinned=PINNED), today)
    assert known.assumption == pytest.approx(0.0, abs=1e-9)
