from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit

from engine.errors import NotEnoughDataError
from engine.evaluation.calibration import fit_clicks
from engine.evaluation.examination import estimate_examination
from engine.evaluation.orders import fit_orders
from engine.evaluation.valuation import calibrate, tensor_of_lists
from engine.evaluation.weights import bootstrap_weights
from tests.unit.evaluation.worlds import N_GROUPS, make_world, without_propensities

K = 6


@pytest.fixture(scope="module")
def world():
    return make_world()


@pytest.fixture(scope="module")
def weights():
    return bootstrap_weights(7, N_GROUPS)


@pytest.fixture(scope="module")
def calibration(world, weights):
    return calibrate(world.log, world.items, world.people.group, weights, n_slots=K)


def test_shuffled_rows_give_back_how_slots_are_looked_at(world, calibration):
    looked = calibration.examination
    assert looked.method == "randomised"
    spread = looked.draws.std(axis=0)[1:]
    assert (np.abs(looked.point - world.theta)[1:] < 3 * spread).all()
    assert (spread < 0.1).all()


def test_click_ratios_confuse_good_slots_with_good_items(world, weights):
    log = without_propensities(world.log)
    looked = estimate_examination(log, world.people.group, weights, K)
    assert looked.method == "click_ratios"
    assert looked.point[0] == 1.0


def test_a_log_without_positions_looks_at_every_slot_alike(world, weights):
    log = replace(world.log, position=np.zeros_like(world.log.position))
    looked = estimate_examination(log, world.people.group, weights, K)
    assert looked.method == "no_positions"
    assert (looked.draws == 1.0).all()


def test_the_click_model_is_right_when_every_item_moves_to_another_slot(world, calibration):
    """The transfer error of simulation 8.5: target 6 %."""
    predicted = calibration.click_probability(world.score)
    order = np.argsort(world.score, axis=None)
    for part in np.array_split(order, 10):
        truth = world.gamma.ravel()[part].mean()
        assert predicted.ravel()[part].mean() == pytest.approx(truth, rel=0.12)
    assert predicted.mean() == pytest.approx(world.gamma.mean(), rel=0.06)


def test_a_higher_score_never_means_fewer_clicks(calibration):
    grid = np.linspace(-30, 40, 200)
    assert (np.diff(calibration.click_probability(grid)) >= 0).all()


def test_items_that_sell_are_told_from_those_that_do_not(world, calibration):
    estimate = calibration.orders.by_item
    assert np.corrcoef(estimate, world.conversion)[0, 1] > 0.8
    assert estimate.mean() == pytest.approx(world.conversion.mean(), rel=0.1)


def test_a_better_match_sells_more_where_the_log_says_so(world, weights):
    log = world.log
    rng = np.random.default_rng(5)
    chance = expit(-1.5 + 0.6 * (log.score - log.score.mean()) / log.score.std())
    ordered = log.clicked & (rng.random(len(chance)) < chance)
    tied = replace(log, ordered=ordered)
    group = world.people.group
    orders = fit_orders(tied, world.items.category, world.items.price_cents, group, weights)
    found = orders.slope / orders.scale * log.score.std()
    assert found == pytest.approx(0.6, abs=0.15)
    untied = fit_orders(log, world.items.category, world.items.price_cents, group, weights)
    assert abs(untied.slope) < 0.1


def test_the_value_of_lists_holds_the_truth(world, calibration):
    best = np.argsort(-world.score, axis=1)[:, :K]
    tensor = tensor_of_lists(calibration, world.lists(best), world.people, world.items)
    clicks = tensor.quality.mean(axis=1)
    truth = world.true_clicks(best)
    assert clicks.mean(axis=0) == pytest.approx(truth, rel=0.06)
    ordered = np.take_along_axis(world.gamma, best, axis=1) * world.conversion[best]
    orders = tensor.order.sum(axis=(2, 3)).mean()
    assert orders == pytest.approx(ordered.sum(axis=1).mean(), rel=0.12)
    paid = (ordered * world.items.price_cents[best]).sum(axis=1).mean()
    assert tensor.value.sum(axis=(2, 3)).mean() == pytest.approx(paid, rel=0.12)
    assert tensor.cost.sum() == pytest.approx(0.6 * tensor.value.sum(), rel=1e-9)


def test_better_lists_get_more_clicks_in_every_draw(world, calibration):
    rows = np.argsort(-world.score, axis=1)
    best = tensor_of_lists(calibration, world.lists(rows[:, :K]), world.people, world.items)
    worst = tensor_of_lists(calibration, world.lists(rows[:, -K:]), world.people, world.items)
    assert (best.quality > worst.quality).all()


def test_weights_of_one_give_the_estimate(world):
    ones = np.ones((2, N_GROUPS))
    fitted = calibrate(world.log, world.items, world.people.group, ones, n_slots=K)
    assert fitted.examination.draws == pytest.approx(
        np.tile(fitted.examination.point, (2, 1)), rel=1e-12
    )
    assert fitted.clicks.draws == pytest.approx(np.tile(fitted.clicks.point, (2, 1)), abs=1e-9)
    assert fitted.orders.level == pytest.approx(np.ones((2, 8)), rel=1e-12)


def test_draws_are_as_wide_as_fits_to_resampled_users(weights):
    """One Newton step against fitting anew under the weights of the draw."""
    world = make_world(2, n_users=400)
    group = world.people.group
    looked = estimate_examination(world.log, group, weights, K)
    fitted = fit_clicks(world.log, looked, group, weights)
    drawn = expit(fitted.draws @ fitted.terms(np.array([9.0]))[0])
    anew = []
    for draw in range(10):
        copies = np.random.default_rng(draw).poisson(1.0, N_GROUPS)[group[world.log.user_row]]
        again = world.log.rows(np.repeat(np.arange(len(copies)), copies))
        slots = estimate_examination(again, group, weights[:1], K)
        anew.append(fit_clicks(again, slots, group, weights[:1]).probability(np.array([9.0]))[0])
    assert 0.5 < drawn.std() / np.std(anew) < 2.0


def test_too_few_clicks_are_refused(world, weights):
    log = world.log.rows(~world.log.clicked)
    with pytest.raises(NotEnoughDataError) as raised:
        calibrate(log, world.items, world.people.group, weights, n_slots=K)
    assert raised.value.reason == "clicks_few"
