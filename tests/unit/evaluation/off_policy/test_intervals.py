"""Intervals that rare rewards can carry."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from engine.evaluation.off_policy.intervals import (
    colour_of_positives,
    estimate,
    gamma_bounds,
    gamma_quantiles,
    interval,
    rewards_by_user,
)

laws = settings(max_examples=200, deadline=None)
LEVELS = (0.5, 0.8, 0.9, 0.95)


@laws
@given(count=st.integers(1, 400))
def test_equal_weights_give_the_exact_poisson_interval(count: int) -> None:
    found = gamma_bounds(rewards_by_user(np.ones(count)))
    exact = stats.chi2.ppf(0.05, 2 * count) / 2, stats.chi2.ppf(0.95, 2 * count + 2) / 2
    assert found == pytest.approx(exact)


@laws
@given(seed=st.integers(0, 9999), count=st.integers(1, 300), scale=st.floats(1e-3, 1e6))
def test_intervals_nest_and_move_with_the_unit(seed: int, count: int, scale: float) -> None:
    weighted = np.random.default_rng(seed).exponential(size=count)
    bounds = [gamma_bounds(rewards_by_user(weighted), level) for level in LEVELS]
    lows, highs = zip(*bounds, strict=True)
    assert list(lows) == sorted(lows, reverse=True) and list(highs) == sorted(highs)
    scaled = gamma_bounds(rewards_by_user(weighted * scale))
    assert scaled == pytest.approx([end * scale for end in bounds[2]])

    draws = np.random.default_rng(seed).normal(size=count + 1)
    lows, highs = zip(*[interval(draws, level) for level in LEVELS], strict=True)
    assert list(lows) == sorted(lows, reverse=True) and list(highs) == sorted(highs)


@laws
@given(seed=st.integers(0, 9999), count=st.integers(12, 99))
def test_gamma_draws_lie_inside_the_bounds_and_keep_their_order(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    rewards = rewards_by_user(rng.exponential(size=count))
    chances = (np.arange(400) + 0.5) / 400
    quantiles = gamma_quantiles(rewards, chances)
    low, high = gamma_bounds(rewards)
    assert (np.diff(quantiles) >= 0).all()
    # a mixture is never wider than the outer bounds of its parts
    assert low - 0.02 * low <= np.quantile(quantiles, 0.05)
    assert np.quantile(quantiles, 0.95) <= high + 0.02 * high


@pytest.mark.parametrize(
    ("effective", "colour"), [(9.99, "red"), (10.0, "amber"), (99.9, "amber"), (100.0, "green")]
)
def test_colours_change_where_the_specification_says(effective: float, colour: str) -> None:
    assert colour_of_positives(effective) == colour


def test_few_rewards_tell_nothing_some_tell_wide_draws_in_the_order_of_the_bootstrap() -> None:
    bootstrap = np.random.default_rng(1).normal(5.0, 0.01, 501)
    few, some, many = (
        estimate(5.0, bootstrap, rewards_by_user(np.ones(n)), 10.0, 1.0) for n in (9, 50, 100)
    )
    assert few.value is None and few.draws is None
    assert (some.method, many.method) == ("gamma", "bootstrap")
    np.testing.assert_array_equal(some.draws.argsort(), bootstrap.argsort())
    assert some.high - some.low > 10 * (many.high - many.low)


def test_coverage_of_rare_rewards_with_unequal_weights_is_at_least_nominal() -> None:
    rng = np.random.default_rng(7)
    weights = rng.exponential(size=40)
    truth, hits = (0.6 * weights).sum(), []
    for _ in range(800):
        weighted = np.repeat(weights, rng.poisson(0.6, 40))
        low, high = gamma_bounds(rewards_by_user(weighted))
        hits.append(low <= truth <= high)
    assert np.mean(hits) > 0.9 - 3 * np.sqrt(0.09 / 800)


def test_rewards_of_small_weight_tell_nothing_of_those_that_have_not_come() -> None:
    """A thousand rewards of weight one, while others would weigh eight hundred."""
    assert rewards_by_user(np.ones(1000)).effective == 1000
    assert rewards_by_user(np.ones(1000), possible=800.0).effective < 10
    assert rewards_by_user(np.ones(1000), possible=1.0).effective == 1000
