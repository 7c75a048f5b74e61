"""Gains: a policy against the lists as they were shown, draw by draw."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine.evaluation.off_policy.gains import gain_of, mean_reward
from engine.evaluation.off_policy.intervals import Estimate, interval, withheld


def an_estimate(value: float, draws: np.ndarray) -> Estimate:
    low, high = interval(draws)
    return Estimate(
        value=value, low=low, high=high, draws=draws, method="bootstrap",
        ess=500.0, ess_positive=200.0, colour="green",
    )  # fmt: skip


@given(seed=st.integers(0, 200))
def test_lists_as_shown_gain_nothing_over_themselves_in_any_draw(seed: int) -> None:
    rng = np.random.default_rng(seed)
    user, group = rng.integers(0, 30, 200), rng.integers(0, 8, 30)
    weights = rng.exponential(size=(64, 8))
    mean = mean_reward(rng.poisson(0.3, 200).astype(float), user, group, weights)
    gain = gain_of(an_estimate(mean.value, mean.draws), mean)

    assert gain is not None
    assert (gain.value, gain.low, gain.high, gain.probability_positive) == (0.0, 0.0, 0.0, 0.0)


@given(seed=st.integers(0, 200))
def test_equal_weights_draw_the_counted_mean(seed: int) -> None:
    rng = np.random.default_rng(seed)
    user, group = rng.integers(0, 30, 200), rng.integers(0, 8, 30)
    reward = rng.poisson(0.3, 200).astype(float)
    mean = mean_reward(reward, user, group, np.ones((3, 8)))

    np.testing.assert_allclose([mean.value, *mean.draws], reward.mean(), rtol=1e-12)


def test_what_is_withheld_gains_nothing_that_is_told() -> None:
    mean = mean_reward(np.ones(4), np.arange(4), np.zeros(4, int), np.ones((8, 1)))
    assert gain_of(withheld(50.0, 3.0), mean) is None
