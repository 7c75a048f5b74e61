import numpy as np
import pytest

from engine.metrics import gini, items_for_half, user_metrics


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


@pytest.mark.parametrize(
    ("counts", "by_hand"),
    [
        ([3, 3, 3, 3], 0.0),
        ([0, 0, 0, 5], 1.0),
        ([0, 0, 1, 1], 4 / 6),
        ([1, 2, 3], 4 / 12),
        ([7], 0.0),
        ([0, 0], 0.0),
    ],
)
def test_concentration_is_that_by_hand(counts, by_hand):
    assert gini(np.array(counts)) == pytest.approx(by_hand)
    assert gini(np.array(counts[::-1]) * 10) == pytest.approx(by_hand)


@pytest.mark.parametrize(
    ("counts", "items"), [([5, 3, 1, 1], 1), ([1, 2, 3, 4], 2), ([2, 2, 2, 2], 2), ([0, 0], 0)]
)
def test_half_of_all_places_go_to_the_fewest_items(counts, items):
    assert items_for_half(np.array(counts)) == items
