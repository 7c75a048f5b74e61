from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.evaluation.examination import estimate_examination
from engine.evaluation.harvesting import harvest
from engine.evaluation.weights import bootstrap_weights
from tests.unit.evaluation.worlds import N_GROUPS, make_world, without_propensities

K = 6


@pytest.fixture(scope="module")
def world():
    return make_world()


@pytest.fixture(scope="module")
def weights():
    return bootstrap_weights(7, N_GROUPS)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 8), st.integers(3, 40))
def test_without_noise_slots_come_back_exactly(seed, n_slots, n_strata):
    """P32: what expectation maximisation returns when one γ holds for all rows of a stratum."""
    rng = np.random.default_rng(seed)
    theta = np.concatenate([[1.0], rng.uniform(0.05, 1.5, n_slots - 1)])
    stratum = np.repeat(np.arange(n_strata), n_slots)
    slot = np.concatenate([rng.permutation(n_slots) for _ in range(n_strata)])
    seen = rng.integers(0, 4, len(slot))
    seen[:n_slots] = 1  # one stratum was seen everywhere, so that slots can be compared
    stratum, slot = np.repeat(stratum, seen), np.repeat(slot, seen)
    clicks = rng.uniform(0.01, 0.5, n_strata)[stratum] * theta[slot]
    group = rng.integers(0, 5, len(slot))
    found = harvest(stratum, slot, clicks, group, np.ones((3, 5)), n_slots)
    assert found is not None
    assert np.exp(found.log_ratio) == pytest.approx(theta[1:], rel=1e-9)
    assert found.draws == pytest.approx(np.tile(found.log_ratio, (3, 1)), abs=1e-9)


def test_the_same_people_and_items_tell_slots_without_chances(world, weights):
    looked = estimate_examination(without_propensities(world.log), world.people.group, weights, K)
    assert looked.method == "same_pairs"
    spread = looked.draws.std(axis=0)[1:]
    assert (np.abs(looked.point - world.theta)[1:] < 3 * spread).all()
    assert (spread < 0.1).all()


def test_draws_vary_as_much_as_the_estimate_is_off(weights):
    """Standardised errors of twelve worlds by five slots are near one."""
    errors = []
    for seed in range(12):
        world = make_world(seed, n_users=500, sessions=20)
        log = without_propensities(world.log)
        looked = estimate_examination(log, world.people.group, weights, K)
        off = np.log(looked.point[1:]) - np.log(world.theta[1:])
        errors.append(off / np.log(looked.draws[:, 1:]).std(axis=0))
    assert 0.75 < np.sqrt(np.mean(np.square(errors))) < 1.3


def test_what_never_moves_tells_nothing():
    slot = np.tile(np.arange(3), 50)
    clicks = np.ones(150)
    assert harvest(slot.copy(), slot, clicks, slot, np.ones((2, 3)), 3) is None


def test_items_tell_slots_where_no_user_sees_one_in_two(world, weights):
    once = replace(
        without_propensities(world.log),
        user_row=np.arange(len(world.log.user_row), dtype=np.int32) // K,
    )
    group = np.arange(len(world.log.user_row) // K) % N_GROUPS
    looked = estimate_examination(once, group, weights, K)
    raw = np.array([once.clicked[once.position == slot + 1].mean() for slot in range(K)])
    assert looked.method == "same_items"
    assert np.abs(looked.point - world.theta).sum() < np.abs(raw / raw[0] - world.theta).sum()


def test_lists_that_never_change_leave_the_ratio_of_clicks(world, weights):
    log = without_propensities(world.log)
    same = replace(log, item_row=log.position.astype(np.int32))
    looked = estimate_examination(same, world.people.group, weights, K)
    assert looked.method == "click_ratios"
    assert looked.point[0] == 1.0
