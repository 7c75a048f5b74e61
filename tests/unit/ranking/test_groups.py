"""Popularity of segments and countries: shrunk, bounded, for all whose group is known."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse

from engine.features.interactions import InteractionLog
from engine.features.tables import UserTable
from engine.progress import silent
from engine.ranking.fold_in import fold_in
from engine.ranking.groups import (
    MAX_GROUPS,
    SHRINKAGE_USERS,
    fit_groups,
    in_a_group,
    member_matrix,
    unknown_users,
)
from engine.ranking.labels import COLD, CONTENT_COLD, SEGMENT_COLD
from engine.ranking.two_stage import fit, recommend
from tests.unit.ranking.builders import SMALL, a_log, a_log_of, tagged_items

N = 200
NO_BOTS = np.zeros(N, bool)


def two_segments(n_first: int) -> UserTable:
    segment = np.where(np.arange(N) < n_first, 0, 1).astype(np.int32)
    return UserTable(segment=segment, country=np.full(N, -1, np.int32))


def liked_by(n_first: int) -> sparse.csr_matrix:
    """Members of the first segment take item 0, the others item 1."""
    item = np.where(np.arange(N) < n_first, 0, 1)
    ones = np.ones(N, np.float32)
    return sparse.csr_matrix((ones, (np.arange(N), item)), shape=(N, 3))


@pytest.mark.parametrize("n_first", [10, 50, 100])
def test_shares_are_shrunk_towards_those_of_all(n_first: int) -> None:
    users, liked = two_segments(n_first), liked_by(n_first)
    _, factors = fit_groups(liked, users, NO_BOTS)
    overall = n_first / N
    expected = (n_first + SHRINKAGE_USERS * overall) / (n_first + SHRINKAGE_USERS)
    scores = factors.scores(np.array([0]))[0] * max(overall, 1 - overall)
    assert scores[0] == pytest.approx(expected, rel=1e-5)
    assert scores[2] == 0.0


def test_a_tiny_segment_says_what_all_say() -> None:
    _, factors = fit_groups(liked_by(1), two_segments(1), NO_BOTS)
    assert factors.scores(np.array([0]))[0].argmax() == 1


def test_unknown_users_get_what_all_choose() -> None:
    groups, factors = fit_groups(liked_by(100), two_segments(100), NO_BOTS)
    members = member_matrix(groups, unknown_users(4))
    np.testing.assert_allclose(members @ factors.right, np.tile(factors.right[0], (4, 1)))


def test_segment_and_country_count_alike() -> None:
    half = (np.arange(N) % 2).astype(np.int32)
    users = UserTable(segment=two_segments(100).segment, country=half)
    _, factors = fit_groups(liked_by(100), users, NO_BOTS)
    weights = factors.left.toarray()
    assert (np.sort(weights, axis=1)[:, -2:] == 0.5).all()
    np.testing.assert_allclose(weights.sum(axis=1), 1.0)


def test_bots_and_a_segment_beyond_the_bound_do_not_count() -> None:
    users = UserTable(segment=np.arange(N, dtype=np.int32), country=np.full(N, -1, np.int32))
    bots = np.arange(N) >= N // 2
    groups, factors = fit_groups(liked_by(100), users, bots)
    assert len(groups.segments) == MAX_GROUPS
    assert factors.right[0, 1] == 0.0
    assert in_a_group(factors, np.arange(N)).sum() == MAX_GROUPS


def test_a_cold_user_is_labelled_by_what_is_known_of_him() -> None:
    log = a_log(n_users=120, n_items=60, per_user=12)
    segment = (np.arange(120) % 2).astype(np.int32)
    users = UserTable(segment=segment, country=np.full(120, -1, np.int32))
    model = fit(log, tagged_items(60), users, SMALL, until=None, seed=1, threads=1, progress=silent)
    nobody = a_log_of([], 2, 60)
    known = UserTable(segment=np.array([1, -1], np.int32), country=np.full(2, -1, np.int32))
    made = recommend(fold_in(model, nobody, known), "ranked", np.arange(2), 10)
    assert set(made.source_code[made.user_row == 0]) == {SEGMENT_COLD}
    assert set(made.source_code[made.user_row == 1]) == {COLD}
    # segment 1 takes the items of the second half
    of_segment = recommend(fold_in(model, nobody, known), "segment", np.array([0]), 10)
    assert (of_segment.item_row >= 30).all()

    viewed = a_log_of([(0, 3)], 1, 60, kind="view")
    viewed = fold_in(model, _not_a_success(viewed))
    made = recommend(viewed, "ranked", np.array([0]), 10)
    assert CONTENT_COLD in set(made.source_code) <= {CONTENT_COLD, COLD}
    by_content = recommend(viewed, "content", np.array([0]), 10)
    assert set(by_content.source_code) == {CONTENT_COLD}
    assert (by_content.item_row < 30).all()


def _not_a_success(log: InteractionLog) -> InteractionLog:
    nothing = np.zeros(len(log.at), bool)
    return replace(log, positive=nothing, seen=nothing)
