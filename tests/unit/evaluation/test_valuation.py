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
from tests.unit.evaluation.worlds import N_GROUPS, make_world

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


def test_a_few_rows_without_a_position_do_not_hide_the_others(world, weights):
    position = world.log.position.copy()
    position[:50] = 0
    some = estimate_examination(
        replace(world.log, position=position), world.people.group, weights, K
    )
    without = world.log.rows(np.arange(len(position)) >= 50)
    rest = estimate_examination(without, world.people.group, weights, K)
    assert some.method == "randomised"
    assert some.point == pytest.approx(rest.point, rel=1e-12)


@pytest.mark.parametrize("chance", [1.0, np.nan])
def test_rows_without_chance_do_not_hide_the_shuffled_ones(world, weights, chance):
    propensity = world.log.propensity.copy()
    propensity[:50] = chance
    some = estimate_examination(
        replace(world.log, propensity=propensity), world.people.group, weights, K
    )
    assert some.method == "randomised"
    assert some.point == pytest.approx(world.theta, abs=0.1)


def test_a_draw_that_looks_further_down_finds_fewer_clicks_per_look(world, weights):
    """The draws of clicks and of examination carry their covariance."""
    group = world.people.group
    looked = estimate_examination(world.log, group, weights, K)
    ones = np.ones((2, N_GROUPS))
    further = np.stack([looked.point, np.minimum(looked.point * 1.2, 1.0)])
    clicks = fit_clicks(world.log, replace(looked, draws=further), group, ones)
    score = clicks.terms(np.array([float(np.median(world.score))]))[0]
    same, fewer = expit(clicks.draws @ score)
    assert fewer < 0.98 * same


def test_what_is_unsure_of_clicks_is_unsure_in_the_tensor(world, weights):
    """With every user weighing the same, only the click model moves the cells."""
    ones = np.ones((2, N_GROUPS))
    fitted = calibrate(world.log, world.items, world.people.group, ones, n_slots=K)
    higher = fitted.clicks.draws + np.array([[0.0], [0.1]]) * (np.arange(3) == 0)
    moved = replace(fitted, clicks=replace(fitted.clicks, draws=higher))
    best = np.argsort(-world.score, axis=1)[:, :K]
    tensor = tensor_of_lists(moved, world.lists(best), world.people, world.items)
    clicks = tensor.quality.mean(axis=(1, 2))
    assert 1.02 < clicks[1] / clicks[0] < np.exp(0.1)


def test_orders_of_heavier_users_raise_the_level_of_their_draw(world):
    """A draw that counts buyers twice holds more orders per click."""
    log, group = world.log, world.people.group
    buyers = np.unique(group[log.user_row[log.ordered]])
    share = np.bincount(group[log.user_row], weights=log.ordered, minlength=N_GROUPS)
    heavy = np.where(share > np.median(share), 2.0, 0.5)
    assert len(buyers) > 10
    orders = fit_orders(
        log, world.items.category, world.items.price_cents, group, np.stack([heavy * 0 + 1, heavy])
    )
    assert orders.level[0] == pytest.approx(1.0, rel=1e-12)
    assert orders.level[1].mean() > 1.005
