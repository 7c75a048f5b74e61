"""What a log's chances tell of how it was explored, and only that."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.evaluation.off_policy.exploration import (
    UNKNOWN,
    contradictions,
    kept_lists,
    other_kept_list,
    recognise,
)
from engine.evaluation.off_policy.position_based import Prepared, matches, prepare
from tests.unit.evaluation.off_policy.slate_worlds import SlateWorld, make_slates, worlds

laws = settings(max_examples=200, deadline=None)


def prepared_of(world: SlateWorld) -> Prepared:
    return prepare(world.log, world.crowd, world.examination.point, world.n_items)


@laws
@given(
    epsilon=st.floats(0.02, 0.6),
    sizes=st.lists(st.integers(11, 60), min_size=1, max_size=4, unique=True),
)
def test_a_shuffle_of_any_number_of_candidates_is_recognised(epsilon, sizes) -> None:
    low = epsilon / np.array(sizes)
    chance = np.round(np.stack([low, 1 - epsilon + low], axis=1), 6)
    found = recognise(replace(make_slates(1, k=2).log, chance=chance))

    assert found.kind == "shuffle"
    assert found.epsilon == pytest.approx(epsilon, abs=3e-6)
    assert np.abs(found.low(chance) - low[:, None]).max() < 4e-6


@pytest.mark.parametrize("values", [[0.1, 0.2, 0.35, 0.9], [1.0], [np.nan], [0.0]])
def test_other_chances_are_taken_for_what_they_say_of_their_own_rank(values) -> None:
    log = replace(make_slates(1, k=2).log, chance=np.array([values]).repeat(2, axis=0))
    assert recognise(log).kind == "own_slot"


def test_a_full_shuffle_has_one_chance() -> None:
    found = recognise(make_slates(1, epsilon=1.0).log)
    assert (found.kind, found.epsilon) == ("shuffle", 1.0)


@laws
@given(world=worlds)
def test_the_list_that_tells_is_another_one_of_the_same_user(world: SlateWorld) -> None:
    log = world.log
    kept = kept_lists(log, recognise(log))
    reference = other_kept_list(log, kept)
    known = reference != UNKNOWN

    assert (reference[known] != np.flatnonzero(known)).all()
    assert kept[reference[known]].all()
    np.testing.assert_array_equal(log.user_row[reference[known]], log.user_row[known])
    others = np.bincount(log.user_row[kept], minlength=log.user_row.max() + 1)[log.user_row]
    np.testing.assert_array_equal(known, others - kept > 0)


@laws
@given(world=worlds)
def test_expected_looks_are_those_under_the_true_chances(world: SlateWorld) -> None:
    prepared = prepared_of(world)
    log, epsilon = world.log, prepared.exploration.epsilon
    assert contradictions(log, prepared.exploration, prepared.reference) == 0.0

    for wanted, found in enumerate(matches(prepared, world.other)):
        user, looked = log.user_row[found.row], prepared.looked[log.pattern[found.row]]
        item = world.other.item_row[user, wanted]
        chance = (1 - epsilon) * (world.own.item_row[user] == item[:, None])
        chance = chance + epsilon / world.n_items
        blind = prepared.reference[found.row] == UNKNOWN
        own = looked[np.arange(len(user)), found.rank] * found.chance
        truth = np.where(blind, own, (looked * chance).sum(axis=1))
        np.testing.assert_allclose(found.exposure, truth, rtol=1e-6)


def _changing(at_once: bool) -> SlateWorld:
    """A ranker whose lists change in the middle of the log; ``at_once``: of everybody."""
    world = make_slates(2, lists=8, epsilon=0.1, n_users=300, ads=False)
    moved = (world.log.at >= 4) & (at_once | (world.log.user_row % 200 == 0))
    item = np.where(moved[:, None], (world.log.item_row + 1) % world.n_items, world.log.item_row)
    return replace(world, log=replace(world.log, item_row=item))


def test_a_list_that_changed_is_not_told_by_those_before_it() -> None:
    found = prepared_of(_changing(at_once=True))
    known = found.reference != UNKNOWN

    # a shuffled list at the change lies between two that differ: nothing tells it
    assert 0.4 < known.mean() < 0.8
    assert contradictions(found.log, found.exploration, found.reference) == 0.0


def test_a_list_that_rarely_changes_contradicts_its_neighbour() -> None:
    found = prepared_of(_changing(at_once=False))
    share = contradictions(found.log, found.exploration, found.reference)

    assert 0.0 < share < 0.02
