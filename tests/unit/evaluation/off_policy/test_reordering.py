"""The lists of today in another order: same items, nothing read off the list itself."""

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine.evaluation.off_policy.reordering import lists_of_today, reordered
from engine.evaluation.off_policy.slates import NO_ITEM, Target
from engine.evaluation.off_policy.value import POSITION_BASED, value_of_lists
from tests.unit.evaluation.off_policy.slate_worlds import SlateWorld, make_slates, worlds


def value(world: SlateWorld, target: Target) -> float | None:
    found = value_of_lists(
        world.log, [target], world.crowd, world.examination, world.weights, world.n_items
    )
    return found.values[(target.policy, "click")].estimators[POSITION_BASED].value


@given(world=worlds)
def test_a_list_of_today_is_what_the_ranker_wanted(world: SlateWorld) -> None:
    found = lists_of_today(world.log)
    wanted = world.own.item_row[world.log.user_row]
    known = found != NO_ITEM

    assert (found[known] == wanted[known]).all()


@given(world=worlds, seed=st.integers(0, 99))
def test_another_order_keeps_the_items_of_every_list(world: SlateWorld, seed: int) -> None:
    today = lists_of_today(world.log)
    score = np.random.default_rng(seed).random(today.shape)
    found = reordered("other", today, score)

    np.testing.assert_array_equal(np.sort(found.item_row, axis=1), np.sort(today, axis=1))
    assert found.items(world.log, 0).shape == (len(today),)


@given(world=worlds)
def test_equal_scores_leave_the_order_of_today(world: SlateWorld) -> None:
    today = lists_of_today(world.log)
    np.testing.assert_array_equal(reordered("same", today, np.zeros(today.shape)).item_row, today)


def test_how_a_list_was_drawn_does_not_change_what_it_is_valued_by() -> None:
    world = make_slates(3, ads=False)
    drawn = world.log.item_row.copy()
    drawn[0] = drawn[0][::-1]
    chance = world.log.chance.copy()
    chance[0] = chance[0].min()  # whatever it was, it is a shuffled list now
    other = replace(world.log, item_row=drawn, chance=chance)

    np.testing.assert_array_equal(lists_of_today(world.log)[0], lists_of_today(other)[0])


def test_todays_order_is_worth_what_the_rankers_own_lists_are() -> None:
    world = make_slates(5, n_users=300, lists=12, ads=False, noise=0.0)
    today = reordered("today", lists_of_today(world.log), np.zeros(world.log.item_row.shape))
    per_list, per_user = value(world, today), value(world, world.own)

    assert per_list is not None and per_user is not None
    assert abs(per_list / per_user - 1.0) < 0.02
