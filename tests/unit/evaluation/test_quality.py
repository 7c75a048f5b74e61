"""What is kept of a comparison: curves, contrasts, the best source, what was on screen."""

import numpy as np
import pytest

from engine.evaluation.compare import BASELINE, UserDraws, compare, compare_found, find
from engine.evaluation.hits import Pairs, RankedPairs
from engine.evaluation.quality import (
    METRICS,
    PLACES,
    best_source,
    curves,
    policy_qualities,
    shown_shares,
)
from engine.evaluation.weights import bootstrap_weights

N_USERS, N_ITEMS = 120, 60


def lists_of(order):
    """Lists of twenty for all users from item numbers of shape (n_users, 20)."""
    n_users, k = order.shape
    return RankedPairs(
        user_row=np.repeat(np.arange(n_users), k),
        item_row=order.ravel(),
        rank=np.tile(np.arange(1, k + 1), n_users),
    )


def made(rng, liked, skill):
    """Lists in which each user's liked items rise by ``skill``."""
    score = rng.random((N_USERS, N_ITEMS)) + skill * liked
    return lists_of(np.argsort(-score, axis=1)[:, : PLACES[-1]])


@pytest.fixture(scope="module")
def world():
    """Ranked lists that know more than a source, popular lists, and a twin of these."""
    rng = np.random.default_rng(5)
    liked = rng.random((N_USERS, N_ITEMS)) < 0.1
    liked[np.arange(N_USERS), rng.integers(0, N_ITEMS, N_USERS)] = True
    popular = lists_of(np.tile(np.arange(PLACES[-1]), (N_USERS, 1)))
    lists = {
        "ranked": made(rng, liked, 0.6),
        BASELINE: popular,
        "recent": popular,
        "als": made(rng, liked, 0.3),
        "random": made(rng, liked, 0.0),
    }
    user, item = np.nonzero(liked)
    test = Pairs(user_row=user, item_row=item)
    found = find(lists, test, N_ITEMS, PLACES[-1])
    weights = bootstrap_weights(1, n_groups=N_USERS, n_draws=256)
    draws = UserDraws(weights=weights, group=np.arange(N_USERS))
    return lists, test, found, draws


def qualities(world, k=10):
    _, _, found, draws = world
    comparison = compare_found(found, np.ones(N_ITEMS), draws, k)
    return policy_qualities(found, comparison, draws, {"als": 0.4}, "ranked", N_ITEMS, k)


def test_a_curve_passes_through_what_the_comparison_says_at_ten_places(world):
    lists, test, found, draws = world
    alone = compare(lists, test, np.ones(N_ITEMS), np.arange(N_USERS), draws.weights, 10)

    drawn = curves(found, draws, ["ranked", "random"])

    for name, by_metric in drawn.items():
        for metric in METRICS:
            assert by_metric[metric][PLACES.index(10)] == alone.policies[name][metric]


def test_longer_lists_never_hold_less(world):
    _, _, found, draws = world
    for name in found.hits:
        for metric in ("recall", "hit_rate", "mrr"):
            values = [point.value for point in curves(found, draws, [name])[name][metric]]
            assert values == sorted(values)


def test_a_lead_over_popularity_and_one_of_popularity_are_mirror_images(world):
    by_name = {policy.name: policy for policy in qualities(world)}
    gain, loss = by_name["ranked"].against["ndcg"], by_name[BASELINE].ahead["ndcg"]

    assert gain == loss
    assert gain.low > 0 and gain.better == 1.0
    assert by_name[BASELINE].against == {} and by_name["ranked"].ahead == {}


def test_lists_that_are_the_same_are_better_in_half_of_the_draws(world):
    twin = next(policy for policy in qualities(world) if policy.name == "recent")

    assert twin.against["ndcg"].difference == 0.0
    assert twin.against["ndcg"].better == 0.5


def test_concentration_is_counted_in_the_first_places_only(world):
    popular = next(policy for policy in qualities(world) if policy.name == BASELINE)

    assert popular.items_for_half == 5
    # ten items listed alike, fifty never: Σ(2i − 61) over i = 51…60 is 500, over 59 · 10
    assert popular.gini == pytest.approx(500 / 590)


def test_the_best_source_is_no_baseline_and_not_what_popularity_shows(world):
    policies = qualities(world)

    assert best_source(policies, {"ranked", BASELINE, "random"}, "ndcg") == "als"
    assert best_source(policies, {"ranked", BASELINE, "random", "als"}, "ndcg") is None


def test_what_was_on_screen_is_counted_by_place(world):
    entries = {
        "a": lists_of(np.array([[1, 2], [3, 4]])),
        "b": lists_of(np.array([[9, 2], [8, 7]])),
    }
    user, item = np.array([0, 0, 1]), np.array([1, 2, 3])

    assert shown_shares(entries, user, item, 10, 2) == {"a": 0.75, "b": 0.25}
    assert shown_shares(entries, user, item, 10, 1) == {"a": 1.0, "b": 0.0}
    assert {policy.name: policy.shown_share for policy in qualities(world)}["ranked"] is None
