"""Laws of the value of lists (identities P26, P27, P31, P34, P36 of the specification)."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.evaluation.examination import Examination
from engine.evaluation.off_policy.position_based import prepare
from engine.evaluation.off_policy.sums import PolicySums, sum_policy
from engine.evaluation.off_policy.value import event_draws, value_draws, value_of_lists
from tests.unit.evaluation.off_policy.slate_worlds import N_GROUPS, SlateWorld, make_slates, worlds

laws = settings(max_examples=200, deadline=None)


def sums_of(world: SlateWorld, target=None, examination=None) -> PolicySums:
    theta = world.examination.point if examination is None else examination
    prepared = prepare(world.log, world.crowd, theta, world.n_items)
    return sum_policy(prepared, target or world.other)


def values_of(world: SlateWorld, *targets):
    return value_of_lists(
        world.log, targets, world.crowd, world.examination, world.weights, world.n_items
    )


@laws
@given(world=worlds)
def test_a_policy_against_itself_differs_by_nothing_in_any_draw(world: SlateWorld) -> None:
    twin = replace(world.other, policy="twin")
    mine, theirs = (
        value_draws(sums_of(world, target), world.examination, world.weights)
        for target in (world.other, twin)
    )
    for left, right in zip(mine, theirs, strict=True):
        np.testing.assert_array_equal(left, right)


@laws
@given(world=worlds)
def test_weights_of_one_give_the_estimate(world: SlateWorld) -> None:
    sums = sums_of(world)
    still = Examination(
        point=world.examination.point,
        draws=world.examination.point[None, :],
        method="randomised",
    )
    robust, direct = value_draws(sums, still, np.ones((1, N_GROUPS)))
    n_lists = len(world.log.user_row)
    np.testing.assert_allclose(robust[0], sums.robust.sum(axis=0) / n_lists, rtol=1e-12)
    np.testing.assert_allclose(direct[0], sums.own_slot.sum(axis=0) / n_lists, rtol=1e-12)


@laws
@given(world=worlds)
def test_lists_are_worth_their_ranks_times_how_they_are_looked_at(world: SlateWorld) -> None:
    world = replace(world, log=replace(world.log, pattern=np.zeros_like(world.log.pattern)))
    sums = sums_of(world)
    by_rank = sums.events.sum(axis=(0, 1))
    whole = world.examination.point @ by_rank
    np.testing.assert_allclose(whole, sums.robust.sum(axis=0), rtol=1e-9, atol=1e-9)


@laws
@given(world=worlds, slot=st.integers(1, 3))
def test_the_slope_is_that_of_the_value_with_the_control_held(world: SlateWorld, slot) -> None:
    prepared = prepare(world.log, world.crowd, world.examination.point, world.n_items)
    if slot >= prepared.n_slots:
        return
    step = 1e-5
    ends = []
    for sign in (-1, 1):
        theta = world.examination.point.copy()
        theta[slot] += sign * step
        looked = np.append(theta, 0.0)[world.log.slot_of_rank]
        moved = sum_policy(replace(prepared, looked=looked), world.other)
        ends.append(moved.robust.sum(axis=0))
    slope = sum_policy(prepared, world.other).slope[slot]
    np.testing.assert_allclose(slope, (ends[1] - ends[0]) / (2 * step), rtol=1e-4, atol=1e-3)


@laws
@given(seed=st.integers(0, 9999), n_users=st.integers(3, 20))
def test_one_slot_lists_make_both_estimators_weigh_alike(seed: int, n_users: int) -> None:
    world = make_slates(seed, n_users=n_users, k=1, ads=False)
    sums = sums_of(world)
    np.testing.assert_allclose(sums.weighted, sums.own_slot, rtol=1e-6)


@laws
@given(world=worlds)
def test_a_log_without_choice_is_valued_at_its_own_mean(world: SlateWorld) -> None:
    """With π = π0 of certain lists nothing is reweighted, whatever the control says."""
    log = replace(
        world.log,
        item_row=np.where(world.log.shown, world.own.item_row[world.log.user_row], -1),
        chance=np.where(world.log.shown, 1.0, np.nan),
    )
    sums = sums_of(replace(world, log=log), world.own)
    mean = log.rewards.sum(axis=(1, 2))
    np.testing.assert_allclose(sums.own_slot.sum(axis=0), mean)
    np.testing.assert_allclose(sums.robust.sum(axis=0), mean, rtol=1e-9, atol=1e-9)


def test_weights_are_one_in_the_mean_and_values_right_over_many_logs() -> None:
    found = []
    for seed in range(60):
        world = make_slates(seed, n_users=60)
        sums = sums_of(world)
        found.append(sums.weight.sum(axis=0))
    ratio = np.array(found)
    error = ratio[:, 0] / ratio[:, 1] - 1.0
    assert abs(error.mean()) < 4 * error.std() / np.sqrt(len(error))


def test_doubling_every_user_narrows_draws_by_the_root_of_two() -> None:
    world = make_slates(5, n_users=400, noise=0.0)
    rng = np.random.default_rng(1)
    group = np.arange(400, dtype=np.int32)
    crowd = replace(world.crowd, group=group, n_groups=800)
    single = sums_of(replace(world, crowd=crowd))
    weights = rng.exponential(size=(3000, 800))
    twice = [np.concatenate([part[:400], part[:400]]) for part in (single.robust, single.lists)]
    draws = (weights @ twice[0]) / (weights @ twice[1].sum(axis=1))[:, None]
    once = value_draws(single, _still(world, 3000), weights)[0]
    np.testing.assert_allclose(once.std(axis=0) / draws.std(axis=0), np.sqrt(2.0), rtol=0.05)


def _still(world: SlateWorld, n_draws: int) -> Examination:
    point = world.examination.point
    return Examination(point=point, draws=np.tile(point, (n_draws, 1)), method="randomised")


def test_a_log_without_chances_tells_no_value() -> None:
    world = make_slates(1, n_users=300)
    log = replace(world.log, chance=np.full(world.log.chance.shape, np.nan))
    found = values_of(replace(world, log=log), world.own).values["own", "click"]

    assert found.gates[0].colour == "red"
    assert {est.value for est in found.estimators.values()} == {None}


def test_what_the_log_could_never_show_is_withheld() -> None:
    world = make_slates(1, n_users=600)
    item = world.own.item_row.copy()
    item[:, 1:] = world.n_items  # a new item, which no list held
    strange = replace(world.own, policy="strange", item_row=item)
    found = value_of_lists(
        world.log,
        [world.own, strange],
        world.crowd,
        world.examination,
        world.weights,
        world.n_items + 1,
    )
    overlap = {gate.name: gate for gate in found.values["strange", "click"].gates}["overlap"]

    assert overlap.colour == "red" and overlap.figures["unsupported_share"] > 0.2
    assert found.values["strange", "click"].estimators["pbm_dr"].value is None
    assert found.values["own", "click"].estimators["pbm_dr"].value is not None


def test_a_plentiful_log_tells_a_value_between_its_ends_and_what_it_costs() -> None:
    world = make_slates(4, n_users=600, epsilon=0.5)
    found = values_of(world, world.own)
    value = found.values["own", "click"].estimators["pbm_dr"]
    shown = world.log.rewards[0].sum(axis=1).mean()

    assert value.low < value.value < value.high
    assert value.value == pytest.approx(shown, rel=0.25)
    assert set(found.exploration_cost) == {"click", "value"}


def test_events_per_look_are_those_of_the_world_in_every_segment() -> None:
    world = make_slates(4, n_users=900, ads=True, noise=0.0)
    draws = event_draws(sums_of(world), world.examination, world.weights)
    assert draws.shape == (40, 2, 3, 2)
    # γ is uniform on 0.05 … 0.65 whatever the rank or the segment
    np.testing.assert_allclose(draws[..., 0].mean(axis=0), 0.35, atol=0.06)
