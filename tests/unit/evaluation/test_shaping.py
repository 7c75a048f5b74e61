"""Clicks by rank and segment: followed as far as they are more than noise."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.evaluation.off_policy.position_based import prepare
from engine.evaluation.off_policy.sums import sum_policy
from engine.evaluation.shaping import ClickCounts, counts_of_log, counts_of_policy, shaped
from engine.evaluation.weights import bootstrap_weights
from engine.rng import stream
from engine.tensor import EventTensor
from tests.unit.evaluation.off_policy.slate_worlds import SlateWorld, worlds

laws = settings(max_examples=200, deadline=None)
N_DRAWS, N_GROUPS, RANKS = 64, 400, 4


def flat_tensor(segments: int = 2) -> EventTensor:
    """A click model that takes all ranks and segments for alike."""
    click = np.full((N_DRAWS, segments, RANKS, 2), 0.05)
    return EventTensor(
        policy="lists", click=click, order=click * 0.1, value=click * 200.0, cost=click * 80.0
    )


def counted(seed: int, rate: np.ndarray, looks: float) -> ClickCounts:
    """Clicks of groups who looked so often, at a rate by segment and rank."""
    shown = np.full((N_GROUPS, *rate.shape), looks)
    clicks = stream(seed, "shaping").poisson(shown * rate).astype(float)
    return ClickCounts(clicks=clicks, looks=shown)


RATE = 0.1 * np.outer([1.4, 0.6], [1.5, 1.2, 0.8, 0.5])


@laws
@given(seed=st.integers(0, 10_000))
def test_many_clicks_tell_ranks_and_segments(seed: int) -> None:
    weights = bootstrap_weights(seed, N_GROUPS, N_DRAWS)
    found = shaped(flat_tensor(), counted(seed, RATE, 500.0), weights).quality.mean(axis=0)
    np.testing.assert_allclose(found / found.mean(), RATE / RATE.mean(), rtol=0.03)


@laws
@given(seed=st.integers(0, 10_000))
def test_few_clicks_leave_the_click_model_alone(seed: int) -> None:
    """Where all is alike, what differs in a few clicks is noise and mostly left out."""
    weights = bootstrap_weights(seed, N_GROUPS, N_DRAWS)
    counts = counted(seed, np.full((2, RANKS), 0.1), 0.5)
    found = shaped(flat_tensor(), counts, weights).quality.mean(axis=0)
    raw = counts.clicks.sum(axis=0) / counts.looks.sum(axis=0)
    assert np.ptp(found / found.mean()) <= np.ptp(raw / raw.mean()) + 1e-9


@laws
@given(seed=st.integers(0, 10_000), looks=st.floats(0.0, 5.0))
def test_orders_and_value_follow_the_clicks(seed: int, looks: float) -> None:
    weights = bootstrap_weights(seed, N_GROUPS, N_DRAWS)
    tensor = flat_tensor()
    found = shaped(tensor, counted(seed, RATE, looks), weights)
    assert np.isfinite(found.click).all() and (found.click > 0).all()
    for name, share in (("order", 0.1), ("value", 200.0), ("cost", 80.0)):
        np.testing.assert_allclose(getattr(found, name), found.click * share, rtol=1e-12)


@laws
@given(world=worlds)
def test_counts_of_a_log_are_its_clicks_and_looks(world: SlateWorld) -> None:
    log, theta = world.log, world.examination.point
    counts = counts_of_log(log, world.crowd, theta)
    assert counts.clicks.sum() == log.rewards[0].sum()
    looked = np.append(theta, 0.0)[log.slot_of_rank[log.pattern]]
    np.testing.assert_allclose(counts.looks.sum(axis=(0, 1)), looked.sum(axis=0))
    by_group = np.bincount(
        world.crowd.group[log.user_row], log.rewards[0].sum(axis=1), world.crowd.n_groups
    )
    np.testing.assert_allclose(counts.clicks.sum(axis=(1, 2)), by_group)


@laws
@given(world=worlds)
def test_counts_of_a_policy_are_its_doubly_robust_clicks(world: SlateWorld) -> None:
    prepared = prepare(world.log, world.crowd, world.examination.point, world.n_items)
    sums = sum_policy(prepared, world.other)
    counts = counts_of_policy(sums)
    np.testing.assert_array_equal(counts.clicks, sums.events[..., 0])
    assert counts.looks.shape == counts.clicks.shape
    np.testing.assert_array_equal(counts.looks[:, :, 0], sums.lists)


def test_weights_of_known_size_leave_rates_alone() -> None:
    tensor, counts = flat_tensor(), counted(1, RATE, 50.0)
    weights = bootstrap_weights(1, N_GROUPS, N_DRAWS)
    scaled = weights * np.linspace(0.5, 2.0, N_DRAWS)[:, None]
    np.testing.assert_allclose(
        shaped(tensor, counts, weights).click, shaped(tensor, counts, scaled).click
    )
