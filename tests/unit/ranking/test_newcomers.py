"""Users of whom little is known: who they are, what the ranker learns from, what they get."""

from dataclasses import replace

import numpy as np
import pytest

from engine.features.interactions import InteractionLog
from engine.progress import silent
from engine.ranking.cold import MOMENTS, cold_copies, hardly_known
from engine.ranking.fold_in import fold_in
from engine.ranking.pair_features import candidates, pair_features
from engine.ranking.tiles import tile
from engine.ranking.two_stage import recommend, score_pairs
from engine.ranking.windows import gather_examples
from engine.rng import stream
from tests.unit.ranking.builders import DAY, SMALL, a_log, a_log_of, fitted, tagged_items

LOG = a_log(n_users=120, n_items=60, per_user=12)
ITEMS = tagged_items(LOG.n_items)
TAUGHT = replace(SMALL, newcomer_share=0.5, newcomer_rounds=10)


def at_moments(moments: list[int]) -> InteractionLog:
    """One user who takes a new item at each moment [days]."""
    log = a_log_of([(0, item) for item in range(len(moments))], 1, 50)
    return replace(log, at=DAY * np.array(moments, np.int64))


@pytest.mark.parametrize(
    ("moments", "expected"),
    [([], True), ([1] * 20, True), (list(range(MOMENTS - 1)), True), (list(range(MOMENTS)), False)],
    ids=["none", "one basket of many", "one too few", "enough"],
)
def test_a_user_is_hardly_known_by_few_moments(moments: list[int], expected: bool) -> None:
    assert hardly_known(at_moments(moments)).tolist() == [expected]


def test_views_alone_do_not_make_a_user_known() -> None:
    views = replace(at_moments(list(range(20))), positive=np.zeros(20, bool))
    assert hardly_known(views).tolist() == [True]


def test_a_copy_knows_the_last_moments_and_wants_what_it_forgot() -> None:
    before = at_moments(list(range(10)))
    after = replace(before, at=before.at + 100 * DAY)
    for seed in range(20):
        copies = cold_copies(before, after, np.array([0]), stream(seed, "copies"))
        n_known = len(copies.log.at)
        assert n_known < MOMENTS
        assert (np.sort(copies.log.item_row) == np.arange(10 - n_known, 10)).all()
        assert (copies.wanted.indices == np.arange(10 - n_known)).all()


def test_copies_are_of_the_users_asked_for() -> None:
    users = np.array([3, 50, 51])
    copies = cold_copies(LOG, LOG, users, stream(1, "copies"))

    assert copies.wanted.shape == (3, LOG.n_items)
    for row, user in enumerate(users):
        own = LOG.item_row[LOG.user_row == user]
        assert set(copies.log.item_row[copies.log.user_row == row]) <= set(own)
        assert set(copies.wanted[row].indices) <= set(own)
    assert len(copies.log.bot_users) == copies.log.n_users == 3


def test_nobody_has_no_copies() -> None:
    copies = cold_copies(LOG, LOG, np.zeros(0, np.int64), stream(1, "copies"))
    assert copies.wanted.shape == (0, LOG.n_items)
    assert len(copies.log.at) == 0


def test_newcomers_are_learned_from_beside_and_not_among_the_others() -> None:
    without = replace(TAUGHT, newcomer_share=0.0)
    at = int(LOG.at.max()) + 1
    few = gather_examples(LOG, ITEMS, at, without, 1, 1, silent)
    more = gather_examples(LOG, ITEMS, at, TAUGHT, 1, 1, silent)

    np.testing.assert_array_equal(few.later.features, more.later.features)
    assert len(more.newcomers.group_sizes) > len(few.newcomers.group_sizes)


def test_trees_for_newcomers_move_their_scores_only() -> None:
    model = fitted(LOG, TAUGHT, items=ITEMS)
    bare = replace(model, newcomers=replace(model.newcomers, models=()))
    new = a_log_of([(0, 3)], 1, LOG.n_items)
    items = np.arange(LOG.n_items)
    rows = np.zeros_like(items)

    assert model.newcomers.boosters
    assert (score_pairs(model, rows, items) == score_pairs(bare, rows, items)).all()
    new_scores, bare_scores = (
        score_pairs(fold_in(each, new), rows, items) for each in (model, bare)
    )
    assert (new_scores != bare_scores).any()


def test_a_newcomers_score_is_the_rankers_and_what_is_added() -> None:
    model = fold_in(fitted(LOG, TAUGHT, items=ITEMS), a_log_of([(0, 3)], 1, LOG.n_items))
    made = recommend(model, "ranked", np.array([0]), 10)
    scored = tile(model.state, np.array([0]), TAUGHT.candidates, model.state.seen)
    rows, items = candidates(scored)
    features = pair_features(model.state, scored, rows, items)
    sums = model.ranker.scores(features) + model.newcomers.scores(features)

    place = {int(item): score for item, score in zip(items, sums, strict=True)}
    np.testing.assert_allclose(made.score, [place[int(item)] for item in made.item_row])


def test_too_few_examples_add_nothing() -> None:
    model = fitted(LOG, replace(TAUGHT, newcomer_share=0.0, min_label_users=10_000), items=ITEMS)
    assert model.newcomers.models == ()


def test_newcomers_get_the_same_lists_whatever_the_threads() -> None:
    one, two = (fitted(LOG, TAUGHT, threads=n, items=ITEMS).newcomers.models for n in (1, 2))
    assert one == two
