import numpy as np
import pytest

from engine.metrics import user_metrics


def test_a_perfect_list_scores_one_and_an_empty_one_zero():
    hits = np.array([[True, True, False], [False, False, False]])
    for values in user_metrics(hits, np.array([2, 2])).values():
        assert values == pytest.approx([1.0, 0.0])


def test_a_hit_at_the_second_place_is_discounted():
    values = user_metrics(np.array([[False, True]]), np.array([4]))
    assert values["ndcg"][0] == pytest.approx((1 / np.log2(3)) / (1 + 1 / np.log2(3)))
    assert values["recall"][0] == 0.25
    assert values["map"][0] == 0.25
    assert values["mrr"][0] == 0.5
