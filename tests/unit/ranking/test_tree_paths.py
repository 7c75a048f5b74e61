"""What causes add to a score: exact, and close to the exact Shapley values."""

import lightgbm as lgb
import numpy as np
import pytest

from engine.ranking.pair_features import FEATURE_NAMES
from engine.ranking.ranker import Ranker, train_ranker
from engine.ranking.settings import RankingSettings
from engine.ranking.tree_paths import CAUSES, cause_of, contributions, leaf_tables

GROUPS, SIZE = 60, 40


def example(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Pairs whose label follows the ALS score and, less, the age."""
    rng = np.random.default_rng(seed)
    features = rng.random((GROUPS * SIZE, len(FEATURE_NAMES))).astype(np.float32)
    wanted = (
        features[:, FEATURE_NAMES.index("score_als")] * 2 + features[:, FEATURE_NAMES.index("age")]
    )
    return features, (wanted > 2.2).astype(np.int8)


@pytest.fixture(scope="module", params=[1, 2], ids=["one seed", "two seeds"])
def ranker(request: pytest.FixtureRequest) -> Ranker:
    features, labels = example(0)
    settings = RankingSettings(rounds=30, seeds=request.param)
    return train_ranker(features, labels, np.full(GROUPS, SIZE), settings, 1, 1)


def test_every_feature_speaks_of_a_cause_that_has_a_name() -> None:
    nameless = [name for name in FEATURE_NAMES if cause_of(name) == "other"]
    assert nameless == []


def test_causes_add_up_to_the_score(ranker: Ranker) -> None:
    features, _ = example(1)
    causes = contributions(ranker, leaf_tables(ranker), features)
    rest = ranker.scores(features) - causes.sum(axis=1)
    np.testing.assert_allclose(rest, rest[0], atol=1e-9)


def test_the_rest_is_the_mean_score_of_the_examples(ranker: Ranker) -> None:
    features, _ = example(0)
    causes = contributions(ranker, leaf_tables(ranker), features)
    np.testing.assert_allclose(causes.sum(axis=1).mean(), 0.0, atol=1e-6)


def test_causes_are_close_to_the_exact_shapley_values(ranker: Ranker) -> None:
    features, _ = example(2)
    booster: lgb.Booster = ranker.boosters[0]
    one = Ranker(models=ranker.models[:1])
    exact = np.asarray(booster.predict(features, pred_contrib=True))[:, :-1]
    of_cause = np.array([CAUSES.index(cause_of(name)) for name in FEATURE_NAMES])
    summed = np.stack([exact[:, of_cause == c].sum(axis=1) for c in range(len(CAUSES))], axis=1)
    ours = contributions(one, leaf_tables(one), features)
    high = summed.max(axis=1) > 0.3
    assert high.sum() > 100
    assert (ours.argmax(axis=1) == summed.argmax(axis=1))[high].mean() > 0.9


def test_without_trees_the_causes_are_the_sources_that_are_averaged() -> None:
    features, _ = example(3)
    mean = Ranker(models=())
    causes = contributions(mean, leaf_tables(mean), features)
    np.testing.assert_allclose(causes.sum(axis=1), mean.scores(features), rtol=1e-5)
    assert not causes[:, CAUSES.index("new")].any()


def test_no_pairs_have_no_causes(ranker: Ranker) -> None:
    nothing = np.zeros((0, len(FEATURE_NAMES)), np.float32)
    assert contributions(ranker, leaf_tables(ranker), nothing).shape == (0, len(CAUSES))
