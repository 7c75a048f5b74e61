"""Standings of pairs in a source, against their definition."""

import numpy as np

from engine.ranking.standings import nearness, standing


def test_score_and_rank_of_pairs() -> None:
    scores = np.array([[3.0, 1.0, 2.0, -np.inf, 9.0], [0.5, 0.5, 0.5, 0.5, 0.5]], np.float32)
    top = np.array([[3.0, 2.0, 1.0, -np.inf], [-np.inf] * 4], np.float32)
    rows, items = np.repeat([0, 1], 5), np.tile(np.arange(5), 2)

    score, rank = standing(scores, top, rows, items)

    # what may not be offered, as the last item, stands above the best; one that no source
    # scores stands behind all four places, also behind those that stayed empty
    np.testing.assert_allclose(score, [1.0, 0.0, 0.5, -1.0, 1.5, *[1.5] * 5], rtol=1e-6)
    np.testing.assert_allclose(rank, np.log1p([0, 2, 1, 4, 0, *[0] * 5]), rtol=1e-6)


def test_equal_scores_share_a_rank() -> None:
    scores = np.array([[2.0, 2.0, 1.0]], np.float32)
    top = np.array([[2.0, 2.0, 1.0]], np.float32)
    rank = standing(scores, top, np.zeros(3, np.int64), np.arange(3))[1]
    np.testing.assert_allclose(rank, np.log1p([0, 0, 2]), rtol=1e-6)


def test_nearness_is_the_cosine() -> None:
    factors = np.random.default_rng(1).normal(size=(13, 6)).astype(np.float32)
    items, others = np.array([0, 5, 2]), np.array([[1, 0], [-1, 2], [2, -1]])
    unit = factors / np.linalg.norm(factors, axis=0)
    expected = np.where(others >= 0, (unit.T @ unit)[items[:, None], others], 0.0)
    np.testing.assert_allclose(nearness(factors, items, others), expected, atol=1e-6)
