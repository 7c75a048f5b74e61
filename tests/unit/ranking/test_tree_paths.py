"""What causes add to a score: exact, and close to the exact Shapley values."""

from dataclasses import replace

import lightgbm as lgb
import numpy as np
import pytest

from engine.ranking.examples import NO_EXAMPLES, Examples
from engine.ranking.pair_features import FEATURE_NAMES
from engine.ranking.ranker import Ranker, join_rankers, train_additions, train_ranker
from engine.ranking.returns import NOBODY
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
def settings(request: pytest.FixtureRequest) -> RankingSettings:
    return RankingSettings(rounds=30, seeds=request.param)


def examples() -> Examples:
    features, labels = example(0)
    sizes = np.full(GROUPS, SIZE)
    return replace(NO_EXAMPLES, features=features, labels=labels, group_sizes=sizes)


@pytest.fixture(scope="module")
def ranker(settings: RankingSettings) -> Ranker:
    return train_ranker(examples(), settings, 1, 1)


@pytest.fixture(scope="module")
def grown(settings: RankingSettings) -> Ranker:
    """Trees that start from nothing."""
    return train_additions(examples(), np.zeros(GROUPS * SIZE), settings, 1, 1)


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


def test_causes_are_close_to_the_exact_shapley_values(grown: Ranker) -> None:
    features, _ = example(2)
    booster: lgb.Booster = grown.boosters[0]
    one = Ranker(models=grown.models[:1])
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


def test_causes_are_those_of_the_occasion_that_a_pair_is_likely_for(ranker: Ranker) -> None:
    features, _ = example(1)
    turned = replace(
        ranker, starts=tuple(replace(s, weights=-s.weights, means=s.means) for s in ranker.starts)
    )
    both = join_rankers(ranker, turned, NOBODY)
    share = both.weights(features)[: len(ranker.models)].sum(axis=0)
    later, step = (contributions(each, leaf_tables(each), features) for each in (ranker, turned))

    assert 0.0 < share.min() < 0.5 < share.max() < 1.0
    mixed = share[:, None] * later + (1.0 - share[:, None]) * step
    np.testing.assert_allclose(contributions(both, leaf_tables(both), features), mixed, atol=1e-9)


def test_no_pairs_have_no_causes(ranker: Ranker) -> None:
    nothing = np.zeros((0, len(FEATURE_NAMES)), np.float32)
    assert contributions(ranker, leaf_tables(ranker), nothing).shape == (0, len(CAUSES))
