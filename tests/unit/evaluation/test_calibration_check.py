"""Promises against outcomes: worlds whose truth is known, and no row promised by itself."""

from dataclasses import replace

import numpy as np
import pytest

from engine.errors import NotEnoughDataError
from engine.evaluation.calibration_check import (
    N_BINS,
    N_FOLDS,
    Promises,
    check_promises,
    crossed_clicks,
    crossed_relevance,
    user_folds,
)
from engine.evaluation.weights import bootstrap_weights
from tests.unit.evaluation.worlds import N_GROUPS, make_world

SLOTS = 6


def checked(promised, happened, n_users=400):
    user = np.arange(len(promised)) % n_users
    given = Promises(user_row=user, promised=promised, happened=happened)
    weights = bootstrap_weights(1, n_groups=n_users, n_draws=256)
    return check_promises("click", given, np.arange(n_users), weights)


@pytest.fixture(scope="module")
def truth():
    rng = np.random.default_rng(2)
    chance = rng.beta(1.0, 6.0, 40_000)
    return chance, rng.random(40_000) < chance


@pytest.fixture(scope="module")
def world():
    return make_world(3, n_users=900, sessions=12)


def crossed(world, log=None):
    log = world.log if log is None else log
    return crossed_clicks(log, log, world.items, world.people.group, n_slots=SLOTS, seed=1)


def test_a_promise_that_is_the_truth_errs_no_more_than_chance_does(truth):
    found = checked(*truth)

    assert len(found.bins) == N_BINS
    assert found.error < found.chance_error
    assert all(part.happened.low < part.promised < part.happened.high for part in found.bins[2:8])


def test_a_promise_of_half_the_truth_errs_by_half(truth):
    chance, happened = truth
    found = checked(chance / 2.0, happened)

    assert found.relative_error == pytest.approx(0.5, abs=0.03)
    assert found.error > 5 * found.chance_error


def test_the_error_is_the_mean_distance_by_hand():
    promised = np.array([0.1] * 50 + [0.5] * 50)
    happened = np.array([True] * 10 + [False] * 40 + [True] * 20 + [False] * 30)
    found = checked(promised, happened, n_users=20)

    assert [(part.promised, part.happened.value, part.rows) for part in found.bins] == [
        pytest.approx((0.1, 0.2, 50)),
        pytest.approx((0.5, 0.4, 50)),
    ]
    assert found.error == pytest.approx(0.1)
    assert found.relative_error == pytest.approx(0.1 / 0.3)
    assert (found.rows, found.users) == (100, 20)


def test_bins_hold_about_as_many_rows_each_and_every_row_once(truth):
    found = checked(*truth)

    rows = [part.rows for part in found.bins]
    assert sum(rows) == 40_000
    assert max(rows) - min(rows) <= 1


def test_the_promises_of_a_known_world_come_true(world):
    clicks, orders = crossed(world)
    rows = world.log.organic(SLOTS)
    real = (world.theta[rows.slot] * world.gamma[rows.user_row, rows.item_row]).mean()
    weights = bootstrap_weights(1, n_groups=N_GROUPS, n_draws=128)

    found = check_promises("click", clicks, world.people.group, weights)

    assert found.promised == pytest.approx(real, rel=0.05)
    assert found.relative_error < 0.1
    assert (orders.promised < clicks.promised).all()
    assert orders.happened.sum() == (rows.clicked & rows.ordered).sum()


def test_no_user_has_a_part_in_the_own_promise(world):
    """Whatever a tenth of the users click, what they are promised stays."""
    fold = user_folds(len(world.people.group), 1)
    mine = fold[world.log.user_row] == 0
    changed = replace(world.log, clicked=world.log.clicked ^ mine)

    before, after = crossed(world)[0], crossed(world, changed)[0]

    own = fold[before.user_row] == 0
    assert (before.promised[own] == after.promised[own]).all()
    assert (before.promised[~own] != after.promised[~own]).any()


def test_a_choice_is_promised_by_others_alone():
    rng = np.random.default_rng(4)
    user = np.repeat(np.arange(300), 20)
    score = rng.normal(size=len(user))
    chosen = rng.random(len(user)) < 1.0 / (1.0 + np.exp(2.0 - score))
    own = user_folds(300, 1)[user] == 0

    before = crossed_relevance(user, score, chosen, 300, 1)
    after = crossed_relevance(user, score, chosen ^ own, 300, 1)

    assert (before.promised[own] == after.promised[own]).all()
    assert (before.promised[~own] != after.promised[~own]).any()
    assert before.promised.mean() == pytest.approx(chosen.mean(), rel=0.05)


def test_too_few_successes_are_said_and_not_promised():
    user, score = np.repeat(np.arange(50), 4), np.arange(200.0)
    with pytest.raises(NotEnoughDataError) as error:
        crossed_relevance(user, score, np.arange(200) < 9, 50, 1)
    assert error.value.reason == "successes_few"


def test_too_few_clicks_are_said_and_not_promised(world):
    few = replace(world.log, clicked=np.arange(len(world.log.at)) < 20)
    with pytest.raises(NotEnoughDataError) as error:
        crossed(world, few)
    assert error.value.reason == "clicks_few"


def test_folds_are_tenths_and_come_from_the_seed():
    fold = user_folds(1_000, 7)

    assert np.bincount(fold).tolist() == [100] * N_FOLDS
    assert (fold == user_folds(1_000, 7)).all()
    assert (fold != user_folds(1_000, 8)).any()
