"""Groups of users: small ones are gathered, no value of a few, parts add up to the whole."""

import numpy as np
import pytest

from engine.evaluation.compare import BASELINE, Found, UserDraws
from engine.evaluation.groups import ACTIVITY, FEWEST_USERS, GATHERED, by_activity, by_segment
from engine.evaluation.segments import OTHER
from engine.evaluation.weights import bootstrap_weights

K = 2


def found_of(ours, base):
    """One relevant item per user; whether each policy has it at the top."""
    n_users = len(ours)
    hits = {name: np.zeros((n_users, K), bool) for name in ("ranked", BASELINE)}
    hits["ranked"][:, 0], hits[BASELINE][:, 0] = ours, base
    return Found(
        users=np.arange(n_users), n_relevant=np.ones(n_users, np.int64), entries={}, hits=hits
    )


def draws_of(n_users):
    weights = bootstrap_weights(1, n_groups=n_users, n_draws=128)
    return UserDraws(weights=weights, group=np.arange(n_users))


@pytest.fixture
def halves():
    """Lists better for students and worse for the retired; few hermits, some of no segment."""
    label = ["students"] * 80 + ["retired"] * 60 + ["hermits"] * 12 + [OTHER] * 40
    ours = np.array([True] * 80 + [False] * 60 + [True] * 52)
    base = np.array([False] * 80 + [True] * 60 + [False] * 52)
    return found_of(ours, base), label


def test_a_segment_is_compared_on_its_own_users(halves):
    found, label = halves
    groups = by_segment(found, draws_of(192), label, np.ones(192, int), "ranked", K)
    by_name = {group.name: group for group in groups}

    assert [group.name for group in groups] == ["students", "retired", GATHERED]
    assert by_name["students"].difference["ndcg"].difference == 1.0
    assert by_name["retired"].difference["ndcg"].difference == -1.0
    assert by_name["retired"].ours["hit_rate"].value == 0.0
    assert by_name["retired"].baseline["hit_rate"].value == 1.0


def test_small_segments_and_users_of_none_are_one_group(halves):
    found, label = halves
    *_, rest = by_segment(found, draws_of(192), label, np.ones(192, int), "ranked", K)

    assert (rest.name, rest.users, rest.is_known) == (GATHERED, 52, True)


def test_a_group_of_a_few_has_no_value():
    label = ["many"] * 60 + ["few"] * (FEWEST_USERS - 1)
    size = len(label)
    found = found_of(np.ones(size, bool), np.zeros(size, bool))
    many, few = by_segment(found, draws_of(size), label, np.ones(size, int), "ranked", K)

    assert many.is_known and many.users == 60
    assert not few.is_known and few.users == FEWEST_USERS - 1
    assert (dict(few.ours), dict(few.baseline), dict(few.difference)) == ({}, {}, {})


def test_one_segment_is_everybody_and_no_group():
    found = found_of(np.ones(40, bool), np.zeros(40, bool))
    assert by_segment(found, draws_of(40), ["all"] * 40, np.ones(40, int), "ranked", K) == ()


def test_users_with_the_same_past_are_in_the_same_third():
    successes = np.array([1] * 50 + [2] * 50 + [9] * 50)
    found = found_of(np.ones(150, bool), np.zeros(150, bool))
    groups = by_activity(found, draws_of(150), successes, "ranked", K)

    assert [group.name for group in groups] == list(ACTIVITY)
    assert [(group.fewest, group.most) for group in groups] == [(1, 1), (2, 2), (9, 9)]


def test_where_all_have_the_same_past_there_is_one_third():
    found = found_of(np.ones(40, bool), np.zeros(40, bool))
    (only,) = by_activity(found, draws_of(40), np.full(40, 3), "ranked", K)

    assert (only.users, only.fewest, only.most) == (40, 3, 3)


def test_the_parts_add_up_to_the_whole(halves):
    found, label = halves
    whole = found.per_user("ranked", K)["ndcg"] - found.per_user(BASELINE, K)["ndcg"]
    successes = np.arange(192) % 17
    for groups in (
        by_segment(found, draws_of(192), label, successes, "ranked", K),
        by_activity(found, draws_of(192), successes, "ranked", K),
    ):
        parts = [group.users * group.difference["ndcg"].difference for group in groups]
        assert sum(group.users for group in groups) == 192
        assert sum(parts) == pytest.approx(whole.sum())
