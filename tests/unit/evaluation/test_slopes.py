"""A slope of counts on arms: its formula, its draws, and how sure it is."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.evaluation.slopes import FEWEST_EVENTS, Cells, fit_slope
from engine.evaluation.weights import bootstrap_weights

N_GROUPS, N_DRAWS = 300, 400
WORLDS = 60


def a_world(seed: int, slope: float, family: str, shape_of_activity: float = 1.5) -> Cells:
    """Groups of unlike activity, in two of three arms each, over four months."""
    rng = np.random.default_rng(seed)
    shape = (N_GROUPS, 3, 4)
    size = rng.gamma(shape_of_activity, 1.5 / shape_of_activity, N_GROUPS)[:, None, None]
    exposure = rng.integers(0, 12, shape).astype(float) * (rng.random((N_GROUPS, 3, 1)) < 0.7)
    felt = np.array([0.3, 0.6, 0.8, 1.0])
    regressor = np.arange(3)[:, None] * felt
    level = np.log([0.4, 0.5, 0.3, 0.6])
    mean = np.exp(level + slope * regressor)
    if family == "poisson":
        events = rng.poisson(size * exposure * mean)
    else:
        chance = np.clip(size * mean / 4.0 / (1.0 + mean / 4.0), 0.0, 0.95)
        events = rng.binomial(exposure.astype(int), chance)
    return Cells(events=events.astype(float), exposure=exposure, regressor=regressor)


def one_stratum(events: list[int], exposure: list[int]) -> Cells:
    """Two arms, 0 and 2, of two groups each, of which the second does more."""
    whole = np.diag(np.array(events, dtype=float)), np.diag(np.array(exposure, dtype=float))
    return Cells(
        events=np.vstack([0.25 * whole[0], 0.75 * whole[0]])[:, :, None],
        exposure=np.vstack([0.5 * whole[1], 0.5 * whole[1]])[:, :, None],
        regressor=np.array([[0.0], [2.0]]),
    )


@settings(max_examples=200, deadline=None)
@given(first=st.integers(20, 400), second=st.integers(20, 400), more=st.integers(1, 900))
def test_two_arms_give_the_ratio_of_rates_and_of_odds(first: int, second: int, more: int) -> None:
    cells = one_stratum([first, second], [first + more, second + 2 * more])
    ones = np.ones((1, 4))
    rate = fit_slope(cells, ones, "poisson")
    odds = fit_slope(cells, ones, "binomial")
    assert rate is not None and odds is not None
    ratio = (second / (second + 2 * more)) / (first / (first + more))
    assert rate.draws[0] == pytest.approx(np.log(ratio) / 2.0, abs=1e-6)
    assert odds.draws[0] == pytest.approx(np.log(second / 2 / first) / 2.0, abs=1e-6)


@pytest.mark.parametrize(("family", "slope"), [("poisson", -0.2), ("binomial", 0.3)])
def test_its_interval_covers_the_truth_as_often_as_it_says(family: str, slope: float) -> None:
    weights = bootstrap_weights(1, N_GROUPS, N_DRAWS)
    # the odds of groups of unlike size have no common slope: the truth is that of very many
    many = [
        fit_slope(a_world(seed, slope, family), weights[:1], family) for seed in range(300, 460)
    ]
    truth = slope if family == "poisson" else np.mean([one.draws.mean() for one in many if one])
    covered = 0
    for seed in range(WORLDS):
        found = fit_slope(a_world(seed, slope, family), weights, family)
        assert found is not None
        low, high = np.quantile(found.draws, (0.05, 0.95))
        covered += bool(low <= truth <= high)
    assert 0.8 <= covered / WORLDS <= 0.98


def test_a_step_from_the_estimate_is_what_a_new_fit_would_give() -> None:
    cells = a_world(3, -0.2, "poisson")
    tilt = 1.0 + 0.05 * np.random.default_rng(1).normal(size=(1, N_GROUPS))
    found = fit_slope(cells, np.vstack([np.ones((1, N_GROUPS)), tilt]), "poisson")
    weighed = Cells(
        events=cells.events * tilt[0][:, None, None],
        exposure=cells.exposure * tilt[0][:, None, None],
        regressor=cells.regressor,
    )
    again = fit_slope(weighed, np.ones((1, N_GROUPS)), "poisson")
    assert found is not None and again is not None
    assert found.draws[1] == pytest.approx(again.draws[0], abs=2e-4)
    assert abs(found.draws[1] - found.draws[0]) > 1e-3


def test_draws_spread_as_far_as_the_error_says() -> None:
    found = fit_slope(a_world(5, 0.1, "poisson"), bootstrap_weights(2, N_GROUPS, 4_000), "poisson")
    assert found is not None
    assert found.draws.std() == pytest.approx(found.error, rel=0.05)


def test_users_who_differ_in_activity_make_it_less_sure() -> None:
    """A quasi-likelihood: the error is wider than that of Poisson counts."""
    weights = bootstrap_weights(2, N_GROUPS, 50)
    wide, narrow = (
        fit_slope(a_world(5, 0.1, "poisson", shape), weights, "poisson") for shape in (1.5, 1e6)
    )
    assert wide is not None and narrow is not None
    assert wide.error > 1.5 * narrow.error


@pytest.mark.parametrize(
    ("events", "exposure"),
    [
        ([FEWEST_EVENTS // 2, FEWEST_EVENTS // 2 - 1], [500, 500]),
        ([400, 0], [500, 500]),
        ([400, 300], [500, 0]),
    ],
    ids=["few events", "events in one arm", "one arm unseen"],
)
def test_what_cannot_be_told_is_not_told(events: list[int], exposure: list[int]) -> None:
    cells = one_stratum(events, exposure)
    assert fit_slope(cells, np.ones((2, 4)), "poisson") is None


def test_arms_that_never_meet_in_a_month_tell_nothing() -> None:
    cells = Cells(
        events=np.array([[[50.0, 0.0], [0.0, 50.0]]]),
        exposure=np.array([[[99.0, 0.0], [0.0, 99.0]]]),
        regressor=np.array([[0.0, 0.0], [1.0, 1.0]]),
    )
    assert fit_slope(cells, np.ones((2, 1)), "poisson") is None


def test_the_same_cells_give_the_same_bits() -> None:
    weights = bootstrap_weights(1, N_GROUPS, 50)
    first, second = (fit_slope(a_world(7, 0.1, "poisson"), weights, "poisson") for _ in range(2))
    assert first is not None and second is not None
    assert first.draws.tobytes() == second.draws.tobytes()
