"""Assumption draws: cited centres, the sign that makes sense, and nothing moves another."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import truncnorm

from engine.simulation import assumptions
from engine.simulation.assumptions import SOBOL_DIMENSIONS, draws, sobol_points
from engine.simulation.levers import LEVERS, find_lever, with_lever
from engine.simulation.scenario import Scenario
from engine.tensor import ReactionEvidence
from tests.unit.simulation.builders import PINNED, make_world

UNCERTAIN = [lever for lever in LEVERS if lever.prior]


def test_no_two_levers_share_a_dimension_and_all_fit() -> None:
    taken = [lever.prior.dimension for lever in UNCERTAIN]
    assert len(set(taken)) == len(taken)
    assert max(taken) < SOBOL_DIMENSIONS


def test_adding_a_lever_changes_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = draws(Scenario(), 1, 64).values
    monkeypatch.setattr(assumptions, "LEVERS", tuple(reversed(LEVERS[3:])))
    fewer = draws(Scenario(), 1, 64).values
    assert len(fewer) == len(whole) - 3
    for key, values in fewer.items():
        np.testing.assert_array_equal(values, whole[key])


@pytest.mark.parametrize("lever", UNCERTAIN, ids=lambda lever: lever.key)
def test_draws_centre_on_the_lever_and_keep_its_sign(lever) -> None:
    values = draws(Scenario(), 1, 4_096).of(lever.key)
    centre = lever.default if lever.default is not None else lever.fallback
    if lever.prior.kind in {"log_normal", "normal"}:
        assert np.median(values) == pytest.approx(centre, abs=1e-3)
    elif lever.prior.kind == "beta":
        assert values.mean() == pytest.approx(centre, abs=1e-3)
    assert values.std() > 0
    assert lever.prior.kind == "normal" or values.min() >= 0.0


def test_the_causal_share_has_the_cited_range() -> None:
    values = draws(Scenario(), 1, 4_096).of("sales.causal_share")
    assert np.quantile(values, (0.05, 0.95)) == pytest.approx([0.041, 0.429], abs=0.005)


def test_a_pinned_lever_has_no_width() -> None:
    found = draws(replace(Scenario(), pinned=PINNED), 1, 64)
    for lever in UNCERTAIN:
        assert np.ptp(found.of(lever.key)) == 0.0


def test_moving_a_lever_moves_its_draws_together() -> None:
    first = draws(Scenario(), 1, 512).of("reaction.price_elasticity")
    moved = with_lever(Scenario(), "reaction.price_elasticity", 3.0)
    second = draws(moved, 1, 512).of("reaction.price_elasticity")
    assert (second > first).all()
    np.testing.assert_array_equal(np.argsort(first), np.argsort(second))


def test_what_the_log_knows_replaces_an_open_lever_and_nothing_else() -> None:
    people = make_world(1, 3, 1.0, 1.0).people
    measured = replace(people, list_view_share=np.linspace(0.1, 0.4, people.n_draws))
    found = draws(Scenario(), 1, people.n_draws, measured)
    np.testing.assert_array_equal(found.of("reaction.list_view_share"), measured.list_view_share)
    np.testing.assert_array_equal(found.of("sales.return_rate"), people.return_rate)
    chosen = replace(
        with_lever(Scenario(), "sales.return_rate", 0.25), pinned=frozenset({"sales.return_rate"})
    )
    assert (draws(chosen, 1, people.n_draws, people).of("sales.return_rate") == 0.25).all()


def test_levers_are_drawn_independently() -> None:
    points = sobol_points(1, 512)[:, : len(UNCERTAIN)]
    correlation = np.corrcoef(points.T) - np.eye(points.shape[1])
    assert np.abs(correlation).max() < 0.1
    assert np.abs(points.mean(axis=0) - 0.5).max() < 0.01


def held(kappa: float, error: float, n: int = 4_096):
    """A population whose holdout says ``kappa`` with an error, and its draws of it."""
    world = make_world(1, 3, 1.0, 1.0)
    noise = np.random.default_rng(1).normal(size=n)
    noise = error * (noise - noise.mean()) / noise.std()
    return replace(world.people, causal_share=kappa + noise, causal_share_error=error)


def test_a_holdout_and_the_prior_are_put_together_as_two_normals_are() -> None:
    people = held(0.8, 0.15)
    prior = draws(Scenario(), 1, 4_096).of("sales.causal_share")
    found = draws(Scenario(), 1, 4_096, people).of("sales.causal_share")
    weight = prior.var() / (prior.var() + 0.15**2)

    assert found.mean() == pytest.approx(weight * 0.8 + (1 - weight) * 0.2, abs=2e-3)
    assert found.var() == pytest.approx(weight * 0.15**2, rel=0.1)
    known = assumptions.posterior_means(people)["sales.causal_share"]
    assert found.mean() == pytest.approx(known, abs=2e-3)


def test_a_holdout_of_a_whole_country_leaves_nothing_of_the_prior() -> None:
    found = draws(Scenario(), 1, 4_096, held(1.3, 1e-4)).of("sales.causal_share")
    assert found.mean() == pytest.approx(1.3, abs=1e-3)
    assert found.max() < 1.302


def test_a_share_that_was_chosen_is_not_moved_by_the_log() -> None:
    scenario = with_lever(Scenario(), "sales.causal_share", 0.5)
    alone = draws(scenario, 1, 512).of("sales.causal_share")
    beside = draws(scenario, 1, 512, held(0.9, 0.05, 512)).of("sales.causal_share")
    np.testing.assert_array_equal(alone, beside)


def test_only_a_share_left_open_has_draws_of_its_posterior() -> None:
    people = replace(held(0.8, 0.15, 64), free_users=np.ones((64, 1)))
    found = assumptions.posterior_draws(people, Scenario(), "sales.causal_share")
    np.testing.assert_array_equal(found, draws(Scenario(), 1, 64, people).of("sales.causal_share"))
    chosen = with_lever(Scenario(), "sales.causal_share", 0.5)
    assert assumptions.posterior_draws(people, chosen, "sales.causal_share") is None
    assert assumptions.posterior_draws(people, Scenario(), "sales.return_rate") is None


REACTIONS = (
    "reaction.use_loss_per_ad",
    "reaction.upgrade_per_ad",
    "reaction.price_elasticity",
    "reaction.membership_elasticity",
    "reaction.churn_per_price",
)


def with_arms(key: str, estimate: float, error: float, n: int = 4_096):
    """A population whose arms say ``estimate`` of a reaction, with an error."""
    noise = np.random.default_rng(2).normal(size=n)
    noise = error * (noise - noise.mean()) / noise.std()
    told = ReactionEvidence(
        draws=estimate + noise, error=error, experiment="price", arms=3, users=900
    )
    return replace(make_world(1, 3, 1.0, 1.0).people, reactions={key: told})


@pytest.mark.parametrize("key", REACTIONS)
def test_without_arms_a_reaction_left_open_is_its_prior(key: str) -> None:
    lever = find_lever(key)
    assert lever.default is None and lever.fallback is not None
    left = draws(Scenario(), 1, 512).of(key)
    said = draws(with_lever(Scenario(), key, lever.fallback), 1, 512).of(key)
    np.testing.assert_array_equal(left, said)


@settings(max_examples=200, deadline=None)
@given(
    key=st.sampled_from(REACTIONS),
    away=st.floats(-60.0, 60.0),
    ratio=st.floats(1e-3, 30.0),
)
def test_arms_and_the_prior_are_put_together_and_cut_at_zero(
    key: str, away: float, ratio: float
) -> None:
    """The posterior of a normal prior cut at zero, in closed form."""
    lever = find_lever(key)
    prior, centre, error = lever.prior.spread, lever.fallback, ratio * lever.prior.spread
    estimate = centre + away * error
    people = with_arms(key, estimate, error)
    found = draws(Scenario(), 1, 4_096, people).of(key)

    mean = (estimate / error**2 + centre / prior**2) / (1.0 / error**2 + 1.0 / prior**2)
    spread = (1.0 / error**2 + 1.0 / prior**2) ** -0.5
    cut = truncnorm(-mean / spread, np.inf, loc=mean, scale=spread)
    assert found.min() >= 0.0 and np.isfinite(found).all()
    assert found.mean() == pytest.approx(cut.mean(), abs=0.1 * spread)
    known = assumptions.posterior_means(people)[key]
    assert known == pytest.approx(max(mean, 0.0), abs=0.02 * spread)


def test_arms_that_say_little_leave_the_prior() -> None:
    key = "reaction.churn_per_price"
    found = draws(Scenario(), 1, 4_096, with_arms(key, 5.0, 60.0)).of(key)
    prior = draws(Scenario(), 1, 4_096).of(key)
    np.testing.assert_allclose(found, prior, atol=0.01)


def test_a_draw_of_the_log_keeps_its_place_among_the_draws_of_the_lever() -> None:
    key = "reaction.price_elasticity"
    people = with_arms(key, 1.2, 0.1)
    pinned = replace(Scenario(), pinned=frozenset({key}))
    found = draws(pinned, 1, 4_096, people).of(key)
    np.testing.assert_array_equal(np.argsort(found), np.argsort(people.reactions[key].draws))


@pytest.mark.parametrize("key", REACTIONS)
def test_a_reaction_that_was_chosen_is_not_moved_by_arms(key: str) -> None:
    chosen = with_lever(Scenario(), key, 0.5)
    people = with_arms(key, 0.9, 0.05, 512)
    np.testing.assert_array_equal(
        draws(chosen, 1, 512).of(key), draws(chosen, 1, 512, people).of(key)
    )
    pinned = replace(chosen, pinned=frozenset({key}))
    assert np.ptp(draws(pinned, 1, 512, people).of(key)) == 0.0


def test_arms_move_their_own_lever_and_no_other() -> None:
    key = "reaction.price_elasticity"
    people = with_arms(key, 1.2, 0.1)
    without = draws(Scenario(), 1, 4_096, replace(people, reactions={}))
    found = draws(Scenario(), 1, 4_096, people)
    for name, values in found.values.items():
        assert np.array_equal(values, without.of(name)) == (name != key)
