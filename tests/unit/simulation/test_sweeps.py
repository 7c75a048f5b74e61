"""Curves over any lever are smooth, and what they say of long lives is the closed form."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special

from engine.business.membership import cohort_survival
from engine.simulation.compare import incremental
from engine.simulation.levers import LEVERS, Lever
from engine.simulation.sweep import sweep
from tests.unit.simulation import builders
from tests.unit.simulation.builders import collapsed_world, make_world

laws = settings(max_examples=200, deadline=None)
STEPS = 61
MOST_BEND = 0.02
MOST_BEND_AT_WHOLE_ADS = 0.04
"""A list holds a whole number of ads: between two numbers lists are mixed, at each is a corner,
as wide as the next ad costs more or fewer sales than the last. Nothing else there may bend."""

PRICE = "membership.price_cents"
"""The one lever over a range of thirty to one whose logarithm people act on. In 61 steps of equal
cents even one over the price bends by 0.17 of its range at the low end, and one over its square
by 0.35; so its steps are equal ratios, where a clip or a corner would still be seen."""

SEEDS = range(3, 7)
"""Worlds with few draws, beside the first two with as many as the product draws."""

LONG = 1_200


@pytest.mark.parametrize("lever", LEVERS, ids=lambda lever: lever.key)
@pytest.mark.parametrize("seed", [1, 2])
def test_any_lever_swept_in_61_steps_makes_a_smooth_curve(
    lever: Lever, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Second differences within a share of the range, at most one change of direction."""
    monkeypatch.setattr(builders, "DRAWS", 512)  # as many as the product draws
    _assert_smooth(lever, *_swept(lever, seed, monkeypatch))


@pytest.mark.parametrize("lever", LEVERS, ids=lambda lever: lever.key)
def test_curves_are_smooth_in_other_worlds(lever: Lever, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(builders, "DRAWS", 32)
    for seed in SEEDS:
        _assert_smooth(lever, *_swept(lever, seed, monkeypatch))


def _swept(
    lever: Lever, seed: int, monkeypatch: pytest.MonkeyPatch
) -> tuple[np.ndarray, np.ndarray]:
    """Steps of a lever and the money of all models at each, in the world of a seed."""
    monkeypatch.setattr(builders, "SLOTS", 10)
    world = make_world(seed, 12, 1.0, 1.0)
    values = _steps(lever)
    outcomes = sweep(collapsed_world(world), world.scenario, lever.key, values.tolist())
    return values, np.array([sum(incremental(one).values()).mean() for one in outcomes])


def _steps(lever: Lever) -> np.ndarray:
    if lever.key == "economics.horizon_months":
        return np.arange(lever.low, lever.high + 1)  # months are whole
    spaced = np.geomspace if lever.key == PRICE else np.linspace
    return spaced(lever.low, lever.high, STEPS)


def _bends(curve: np.ndarray) -> np.ndarray:
    """Second differences as shares of the range."""
    return np.abs(np.diff(curve, 2)) / np.ptp(curve)


def _assert_smooth(lever: Lever, values: np.ndarray, curve: np.ndarray) -> None:
    span = np.ptp(curve)
    if span <= 1e-9 * abs(curve).max():
        return  # a lever of the range under assumptions moves nothing here
    most = np.full(len(values) - 2, MOST_BEND)
    if lever.key == "ads.ad_slots":
        middle = values[1:-1]
        most[np.isclose(middle, np.rint(middle))] = MOST_BEND_AT_WHOLE_ADS
    assert (_bends(curve) <= most).all()
    steps = np.diff(curve)
    steps = steps[np.abs(steps) > 1e-9 * span]
    assert (np.diff(np.sign(steps)) != 0).sum() <= 1


@laws
@given(
    alpha=st.floats(0.3, 3.0),
    beta=st.floats(0.5, 10.0),
    discount=st.floats(0.005, 0.05),
)
def test_p13_discounted_lifetime_is_the_closed_form(
    alpha: float, beta: float, discount: float
) -> None:
    """Σ S(t) / (1 + δ)^t = ₂F₁(1, β; α + β; 1 / (1 + δ)), Fader and Hardie (2010)."""
    found = _lifetime(np.array([alpha]), np.array([beta]), discount)
    expected = special.hyp2f1(1.0, beta, alpha + beta, 1.0 / (1.0 + discount))
    np.testing.assert_allclose(found, expected, rtol=2e-3)


@laws
@given(hazard=st.floats(0.01, 0.5), discount=st.floats(0.005, 0.05))
def test_p13_members_who_are_all_alike_leave_geometrically(hazard: float, discount: float) -> None:
    """With α and β large their ratio is one hazard for all: LTV = (1 + δ) / (1 + δ − r)."""
    weight = 1e9
    found = _lifetime(np.array([hazard * weight]), np.array([(1.0 - hazard) * weight]), discount)
    retention = 1.0 - hazard
    np.testing.assert_allclose(found, (1.0 + discount) / (1.0 + discount - retention), rtol=1e-3)


def _lifetime(alpha: np.ndarray, beta: np.ndarray, discount: float) -> float:
    """Discounted months of one cohort, by the survival that the simulation uses."""
    stay = cohort_survival(alpha, beta, np.zeros((LONG, 1)))[0, :LONG, 0]
    return float((stay / (1.0 + discount) ** np.arange(LONG)).sum())
