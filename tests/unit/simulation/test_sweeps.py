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
BENDS = {
    # a list holds a whole number of ads: between two numbers lists are mixed, at each is a corner
    "ads.ad_slots": 0.04,
    # far below the price of today everybody joins, and what they pay vanishes with it
    "membership.price_cents": 0.20,
}
"""Levers whose curve truly bends; all others stay within ``MOST_BEND``."""

LONG = 1_200


@pytest.mark.parametrize("lever", LEVERS, ids=lambda lever: lever.key)
@pytest.mark.parametrize("seed", [1, 2])
def test_any_lever_swept_in_61_steps_makes_a_smooth_curve(
    lever: Lever, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Second differences within a share of the range, at most one change of direction."""
    monkeypatch.setattr(builders, "DRAWS", 512)  # as many as the product draws
    monkeypatch.setattr(builders, "SLOTS", 10)
    world = make_world(seed, 12, 1.0, 1.0)
    values = np.linspace(lever.low, lever.high, STEPS)
    if lever.key == "economics.horizon_months":
        values = np.arange(lever.low, lever.high + 1)  # months are whole
    outcomes = sweep(collapsed_world(world), world.scenario, lever.key, values.tolist())
    curve = np.array([sum(incremental(one).values()).mean() for one in outcomes])
    span = np.ptp(curve)
    if span <= 1e-9 * abs(curve).max():
        return  # a lever of the range under assumptions moves nothing here
    assert np.abs(np.diff(curve, 2)).max() <= BENDS.get(lever.key, MOST_BEND) * span
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
