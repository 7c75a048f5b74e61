"""A weighted sum of features: what it finds, and what it leaves alone."""

import numpy as np
import pytest
from scipy import optimize

from engine.ranking.linear import PENALTY, LinearStart, fit_start
from engine.ranking.pair_features import FEATURE_NAMES

GROUPS, SIZE = 200, 30
NAMES = ("score_als", "score_recent", "affinity")
TRUE = np.array([3.0, -1.5, 0.0])


def example() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Groups of which one pair is chosen, by a softmax of a sum with the weights ``TRUE``."""
    rng = np.random.default_rng(1)
    features = rng.random((GROUPS * SIZE, len(FEATURE_NAMES))).astype(np.float32)
    features[:, FEATURE_NAMES.index("activity")] = np.repeat(rng.random(GROUPS), SIZE)
    columns = [FEATURE_NAMES.index(name) for name in NAMES]
    score = features[:, columns] @ TRUE + rng.gumbel(size=GROUPS * SIZE)
    labels = np.zeros(GROUPS * SIZE, np.int8)
    labels[score.reshape(GROUPS, SIZE).argmax(axis=1) + SIZE * np.arange(GROUPS)] = 1
    return features, labels, np.full(GROUPS, SIZE)


def fitted(names: tuple[str, ...] = NAMES) -> LinearStart:
    return fit_start(*example(), names)


def test_the_weights_that_made_the_choices_are_found() -> None:
    np.testing.assert_allclose(fitted().weights, TRUE, atol=0.5)


def test_the_weights_are_those_of_the_penalised_likelihood() -> None:
    features, labels, _ = example()
    values = features[:, [FEATURE_NAMES.index(name) for name in NAMES]].astype(np.float64)
    values = values.reshape(GROUPS, SIZE, -1)
    values = values - values.mean(axis=1, keepdims=True)
    spread = values.std(axis=(0, 1))
    chosen = labels.reshape(GROUPS, SIZE).argmax(axis=1)

    def loss(weights: np.ndarray) -> float:
        score = values / spread @ weights
        own = score[np.arange(GROUPS), chosen]
        return (np.log(np.exp(score).sum(axis=1)) - own).sum() + PENALTY / 2 * weights @ weights

    expected = optimize.minimize(loss, np.zeros(3), method="BFGS").x / spread
    np.testing.assert_allclose(fitted().weights, expected, rtol=1e-3, atol=1e-3)


def test_what_is_the_same_within_every_group_has_no_weight() -> None:
    start = fitted((*NAMES, "activity"))
    assert start.weights[-1] == 0.0
    assert (start.weights[:2] != 0.0).all()


def test_the_mean_score_of_the_examples_is_zero() -> None:
    features, _, _ = example()
    assert fitted().scores(features).mean() == pytest.approx(0.0, abs=1e-9)


def test_a_score_does_not_depend_on_the_pairs_beside_it() -> None:
    features, _, _ = example()
    start = fitted()
    alone = np.concatenate([start.scores(features[n : n + 1]) for n in range(50)])
    assert (alone == start.scores(features)[:50]).all()


def test_parts_add_up_to_the_score() -> None:
    features, _, _ = example()
    start = fitted()
    parts = dict(start.parts(features))
    assert set(parts) == {FEATURE_NAMES.index(name) for name in NAMES}
    np.testing.assert_allclose(sum(parts.values()), start.scores(features))
