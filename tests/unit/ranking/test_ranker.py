"""A fitted ranker as bytes: the same for any number of threads, and whole again."""

from dataclasses import fields

import numpy as np
import pytest
from scipy import sparse

from engine.errors import ArtifactError
from engine.packing import pack, unpack
from engine.progress import silent
from engine.ranking import ranker as blend
from engine.ranking import windows
from engine.ranking.ranker import FEW_SEEDS, STEP, STEP_OF_FEW, Ranker
from engine.ranking.settings import RankingSettings
from engine.ranking.two_stage import POLICIES, FittedRanker, recommend, score_pairs
from engine.ranking.windows import NEGATIVES, NEGATIVES_OF_MANY
from tests.unit.ranking.builders import DAY, SMALL, a_log, fitted, tagged_items

LOG = a_log(n_users=200, n_items=90, per_user=15)
SEVERAL = RankingSettings(factors=8, rounds=8, seeds=2, min_label_users=10, pool_size=80)


@pytest.fixture(scope="module")
def ranker() -> FittedRanker:
    return fitted(LOG, SEVERAL, items=tagged_items(LOG.n_items))


@pytest.fixture(scope="module")
def back(ranker: FittedRanker) -> FittedRanker:
    return unpack(FittedRanker, pack(ranker))


def test_threads_do_not_change_a_byte(ranker: FittedRanker) -> None:
    each = FEW_SEEDS * len(SEVERAL.starts)
    assert len(ranker.ranker.models) == 2 * each and not ranker.ranker.is_blend
    assert ranker.ranker.n_next == each
    other = fitted(LOG, SEVERAL, threads=2, items=tagged_items(LOG.n_items))
    assert pack(other) == pack(ranker)


@pytest.mark.parametrize(("few", "step", "repeats"), [(0, STEP, 1), (10**9, STEP_OF_FEW, 3)])
def test_many_pairs_take_longer_steps_and_fewer_seeds(
    monkeypatch: pytest.MonkeyPatch, few: int, step: float, repeats: int
) -> None:
    monkeypatch.setattr(blend, "FEW_PAIRS", few)
    found = fitted(LOG, SMALL, items=tagged_items(LOG.n_items)).ranker

    assert len(found.models) == 2 * repeats * len(SMALL.starts)
    assert all(f"[learning_rate: {step:g}]" in model for model in found.models)


@pytest.mark.parametrize(("many", "most"), [(10**9, NEGATIVES), (0, NEGATIVES_OF_MANY)])
def test_many_users_bring_fewer_negatives_each(
    monkeypatch: pytest.MonkeyPatch, many: int, most: int
) -> None:
    monkeypatch.setattr(windows, "MANY_USERS", many)
    log = a_log(n_items=300)
    items = tagged_items(log.n_items)
    lessons = windows.gather_examples(log, items, 90 * DAY, SMALL, 1, 1, silent)
    starts = np.cumsum(lessons.later.group_sizes) - lessons.later.group_sizes
    successes = np.add.reduceat(lessons.later.labels.astype(int), starts)

    assert (lessons.later.group_sizes - successes).max() == most
    assert len(lessons.later.group_users) == len(starts)


def test_a_ranker_comes_back_to_the_same_bytes(ranker: FittedRanker, back: FittedRanker) -> None:
    assert pack(back) == pack(ranker)


@pytest.mark.parametrize("policy", POLICIES)
def test_a_ranker_that_comes_back_makes_the_same_lists(
    ranker: FittedRanker, back: FittedRanker, policy: str
) -> None:
    users = np.arange(LOG.n_users)
    before, after = recommend(ranker, policy, users, 10), recommend(back, policy, users, 10)
    for each in fields(before):
        np.testing.assert_array_equal(getattr(before, each.name), getattr(after, each.name))


def test_a_ranker_that_comes_back_scores_pairs_the_same(
    ranker: FittedRanker, back: FittedRanker
) -> None:
    users = np.repeat(np.arange(LOG.n_users), LOG.n_items)
    items = np.tile(np.arange(LOG.n_items), LOG.n_users)
    assert np.array_equal(score_pairs(ranker, users, items), score_pairs(back, users, items))


@pytest.mark.parametrize("ease_limit", [0, 100, 5_000])
def test_dense_and_sparse_models_come_back_as_what_they_were(ease_limit: int) -> None:
    settings = RankingSettings(factors=8, windows=1, rounds=5, ease_limit=ease_limit)
    ranker = fitted(LOG, settings, items=tagged_items(LOG.n_items))
    back = unpack(FittedRanker, pack(ranker))
    for name, factors in ranker.state.factors.items():
        for side in ("left", "right"):
            one, other = getattr(factors, side), getattr(back.state.factors[name], side)
            assert sparse.issparse(one) == sparse.issparse(other)
            assert one.dtype == other.dtype
            assert abs(one - other).max() == 0


def test_a_ranker_without_trees_comes_back() -> None:
    ranker = fitted(a_log(n_users=5, n_items=20, silent_users=5))
    back = unpack(FittedRanker, pack(ranker))
    assert back.ranker.models == back.ranker.boosters == ()
    assert back.ranker.is_blend
    assert len(recommend(back, "ranked", np.arange(5), 10).item_row) == 50


def test_trees_say_nothing_of_the_machine(ranker: FittedRanker) -> None:
    for model in ranker.ranker.models:
        assert "num_threads" not in model
        assert "[seed: " in model


def test_a_part_is_not_taken_for_the_whole(ranker: FittedRanker) -> None:
    assert unpack(Ranker, pack(ranker.ranker)).models == ranker.ranker.models
    with pytest.raises(ArtifactError):
        unpack(FittedRanker, pack(ranker.ranker))
