"""How varied lists are: by hand, and by laws."""

import numpy as np
import pytest
from scipy import sparse

from engine.evaluation.compare import compare
from engine.evaluation.hits import Pairs, RankedPairs
from engine.evaluation.list_metrics import diversity
from engine.evaluation.weights import bootstrap_weights
from engine.features.profiles import item_profiles


def lists_of(items_by_user):
    rows = [(u, i, r) for u, items in enumerate(items_by_user) for r, i in enumerate(items, 1)]
    user, item, rank = np.array(rows, np.int32).reshape(-1, 3).T
    return RankedPairs(user_row=user, item_row=item, rank=rank)


def profiles_of(rows):
    return sparse.csr_matrix(np.array(rows, dtype=np.float32))


def one_by_one(items, profiles):
    """The definition: 1 less the mean cosine of all pairs."""
    dense = profiles.toarray().astype(float)
    pairs = [(a, b) for n, a in enumerate(items) for b in items[n + 1 :]]
    return 1.0 - np.mean([dense[a] @ dense[b] for a, b in pairs])


@pytest.mark.parametrize(
    ("items", "expected"),
    [([0, 1], 0.0), ([0, 2], 1.0), ([0, 1, 2], 2 / 3), ([0, 2, 3], 1 - (0.6 + 0.8) / 3)],
)
def test_variety_by_hand(items, expected):
    profiles = profiles_of([[1, 0], [1, 0], [0, 1], [0.6, 0.8]])
    found = diversity(lists_of([items]), np.array([0]), profiles)

    assert found == pytest.approx([expected], abs=1e-6)


def test_it_is_the_mean_over_all_pairs():
    rng = np.random.default_rng(3)
    profiles = item_profiles(sparse.csr_matrix((rng.random((40, 9)) < 0.3).astype(np.float32)))
    described = np.flatnonzero(np.diff(profiles.indptr))
    lists = [rng.choice(described, 10, replace=False) for _ in range(5)]

    found = diversity(lists_of(lists), np.arange(5), profiles)

    assert found == pytest.approx([one_by_one(items, profiles) for items in lists], abs=1e-5)


def test_items_of_which_nothing_is_known_do_not_count():
    profiles = profiles_of([[1, 0], [0, 1], [0, 0]])
    found = diversity(lists_of([[0, 1, 2], [0, 2], [2]]), np.arange(4), profiles)

    assert found.tolist() == [1.0, 0.0, 0.0, 0.0], "also somebody without a list"


def test_the_order_of_a_list_changes_nothing():
    profiles = profiles_of([[1, 0], [0.6, 0.8], [0, 1]])
    lists = lists_of([[0, 1, 2], [2, 0, 1]])

    first, second = diversity(lists, np.arange(2), profiles)

    assert first == pytest.approx(second)


def test_it_is_compared_person_by_person_and_only_where_items_are_described():
    lists = {"a": lists_of([[0, 2], [0, 2]]), "popularity": lists_of([[0, 1], [0, 1]])}
    test = Pairs(user_row=np.array([0, 1]), item_row=np.array([0, 0]))
    weights = bootstrap_weights(1, n_groups=2, n_draws=50)
    asked = lists, test, np.ones(3), np.arange(2), weights, 2
    profiles = profiles_of([[1, 0], [1, 0], [0, 1]])

    found = compare(*asked, profiles)
    assert found.policies["a"]["diversity"].value == 1.0
    gap = found.against["a"]["diversity"]
    assert (gap.difference, gap.low, gap.high) == (1.0, 1.0, 1.0)
    for bare in (None, profiles_of([[0, 0]] * 3)):
        assert "diversity" not in compare(*asked, bare).policies["a"]
