"""What counts as success, what is not shown again, and how much an event says."""

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import NotEnoughDataError, UsageError
from engine.features.interactions import InteractionLog
from engine.features.preferences import (
    DAY,
    POSITIVE_TIERS,
    PREFERENCE_WEIGHTS,
    Positives,
    choose_positives,
    positive_rows,
    preference_matrix,
    seen_rows,
)

ALL_KINDS = [kind for tier in POSITIVE_TIERS for kind in tier]
NONE_RATED = None
HALF_LIFE_DAYS = 10.0


def kinds(counts: Mapping[str, int], n_users: int = 1_000) -> tuple[str, ...]:
    return choose_positives(counts, n_users, NONE_RATED).kinds


@pytest.mark.parametrize("place", range(len(POSITIVE_TIERS)))
def test_the_strongest_tier_of_the_log_is_the_measure_of_success(place: int) -> None:
    counts = {kind: 500 for tier in POSITIVE_TIERS[place:] for kind in tier}
    assert kinds(counts) == POSITIVE_TIERS[place]


def test_a_tier_lacks_the_kinds_that_the_log_lacks() -> None:
    assert kinds({"like": 300, "view": 900}) == ("like",)
    assert kinds({"like": 300, "rating": 0, "view": 900}) == ("like",)


def test_a_kind_that_one_user_in_a_hundred_has_is_enough() -> None:
    assert kinds({"purchase": 10, "view": 900}) == ("purchase",)
    assert kinds({"purchase": 9, "view": 900}) == ("view",)


def test_a_rare_kind_counts_beside_a_frequent_one_of_its_tier() -> None:
    assert kinds({"rating": 1, "like": 10, "view": 900}) == ("rating", "like")


def test_kinds_that_are_rare_each_do_not_make_a_tier() -> None:
    assert kinds({"rating": 6, "like": 6, "view": 900}) == ("view",)


def test_where_every_kind_is_rare_the_strongest_counts() -> None:
    assert kinds({"purchase": 1, "view": 9}) == ("purchase",)


def test_kinds_without_taste_are_no_success() -> None:
    with pytest.raises(NotEnoughDataError) as caught:
        kinds({"return": 900, "search": 900, "dislike": 20})
    assert caught.value.reason == "no_positives"
    assert caught.value.details == {"kinds": "dislike, return, search"}


@pytest.mark.parametrize("counts", [{}, {"purchase": 0}])
@pytest.mark.parametrize("n_users", [0, 5])
def test_a_log_without_events_has_no_success(counts: Mapping[str, int], n_users: int) -> None:
    with pytest.raises(NotEnoughDataError, match="no_positives"):
        kinds(counts, n_users)


def test_an_override_wins_over_the_strongest_kind() -> None:
    counts = {"purchase": 900, "view": 1, "return": 3}
    assert choose_positives(counts, 1_000, None, ["view"]).kinds == ("view",)
    assert choose_positives(counts, 1_000, None, ("view", "return")).kinds == ("view", "return")


@pytest.mark.parametrize("absent", ["click", "like", "astrology"])
def test_an_override_that_the_log_lacks_is_refused_by_name(absent: str) -> None:
    counts = {"view": 900, "purchase": 900, "like": 0}
    with pytest.raises(UsageError) as caught:
        choose_positives(counts, 1_000, None, ["view", absent])
    assert caught.value.reason == "positive_missing"
    assert caught.value.details == {"kind": absent, "kinds": "like, purchase, view"}


def test_the_upper_quarter_of_the_scale_is_a_success() -> None:
    assert choose_positives({"rating": 9}, 9, (1.0, 5.0)).rating_threshold == 4.0
    assert choose_positives({"rating": 9}, 9, (0.0, 100.0)).rating_threshold == 75.0
    assert choose_positives({"rating": 9}, 9, (3.0, 3.0)).rating_threshold == 3.0
    assert np.isnan(choose_positives({"like": 9}, 9, None).rating_threshold)


@given(
    st.dictionaries(st.sampled_from(ALL_KINDS), st.integers(1, 2_000), min_size=1),
    st.integers(0, 2_000),
)
def test_the_choice_is_one_tier_and_always_in_the_log(counts: dict[str, int], n_users: int) -> None:
    chosen = kinds(counts, n_users)
    assert chosen
    assert set(chosen) <= set(counts)
    assert any(set(chosen) <= set(tier) for tier in POSITIVE_TIERS)


def test_a_low_rating_is_no_success_and_other_kinds_need_no_rating() -> None:
    types = np.array(["rating", "rating", "like", "view"])
    ratings = np.array([3.5, 4.0, np.nan, np.nan], np.float32)
    chosen = Positives(kinds=("rating", "like"), rating_threshold=4.0)
    assert positive_rows(types, ratings, chosen).tolist() == [False, True, True, False]


def test_in_a_log_without_ratings_every_rating_event_is_a_success() -> None:
    ratings = np.full(2, np.nan, np.float32)
    chosen = Positives(kinds=("rating",), rating_threshold=np.nan)
    assert positive_rows(np.array(["rating", "view"]), ratings, chosen).tolist() == [True, False]


def test_a_view_hides_its_item_only_where_views_are_the_success() -> None:
    types = np.array(["purchase", "dislike", "view", "cart"])
    bought = Positives(kinds=("purchase",), rating_threshold=np.nan)
    viewed = Positives(kinds=("view",), rating_threshold=np.nan)
    assert seen_rows(types, bought).tolist() == [True, True, False, False]
    assert seen_rows(types, viewed).tolist() == [True, True, True, False]


def a_log(
    events: list[tuple[int, int, str]],
    days: list[float] | None = None,
    counts: list[float] | None = None,
    ratings: list[float] | None = None,
) -> InteractionLog:
    rows = len(events)
    types = tuple(sorted({kind for *_, kind in events}))
    return InteractionLog(
        user_row=np.array([user for user, *_ in events], np.int32),
        item_row=np.array([item for _, item, _ in events], np.int32),
        event_code=np.array([types.index(kind) for *_, kind in events], np.int8),
        at=(DAY * np.array(days or [0.0] * rows)).astype(np.int64),
        count=np.array(counts or [1.0] * rows, np.float32),
        rating=np.array(ratings or [np.nan] * rows, np.float32),
        positive=np.ones(rows, bool),
        seen=np.ones(rows, bool),
        bot_users=np.zeros(2, bool),
        event_types=types,
        n_users=2,
        n_items=3,
    )


def weights(log: InteractionLog, at_day: float = 0.0) -> list[list[float]]:
    matrix = preference_matrix(log, int(at_day * DAY), HALF_LIFE_DAYS)
    return [[pytest.approx(weight) for weight in row] for row in matrix.toarray().tolist()]


@pytest.mark.parametrize("kind", [*PREFERENCE_WEIGHTS, "search"])
def test_one_event_of_today_weighs_what_its_kind_says(kind: str) -> None:
    expected = PREFERENCE_WEIGHTS.get(kind, 0.0)
    assert weights(a_log([(1, 2, kind)])) == [[0, 0, 0], [0, 0, expected]]


def test_an_event_says_half_after_the_half_life_and_a_future_one_no_more_than_today() -> None:
    log = a_log([(0, 0, "purchase"), (0, 1, "purchase"), (0, 2, "purchase")], [0.0, 10.0, 99.0])
    assert weights(log, at_day=10.0)[0] == [0.5, 1.0, 1.0]


def test_repeats_count_less_and_less() -> None:
    log = a_log([(0, item, "view") for item in range(3)], counts=[1.0, 3.0, 0.0])
    assert weights(log)[0] == [0.15, 0.3, 0.15]


def test_events_of_a_pair_add_up_also_to_nothing() -> None:
    log = a_log([(0, 0, "purchase"), (0, 0, "return"), (0, 1, "view"), (0, 1, "view")])
    assert weights(log)[0] == [0.5, 0.3, 0.0]


def test_a_rating_weighs_by_its_place_on_the_scale_of_the_log() -> None:
    log = a_log([(0, item, "rating") for item in range(3)], ratings=[1.0, 3.0, 5.0])
    assert weights(log)[0] == [-1.0, 0.0, 1.0]


def test_where_all_ratings_are_equal_each_is_a_full_liking() -> None:
    log = a_log([(0, item, "rating") for item in range(2)], ratings=[4.0, 4.0])
    assert weights(log)[0] == [1.0, 1.0, 0.0]


def test_a_log_without_rows_has_no_preferences() -> None:
    matrix = preference_matrix(a_log([]), 0, HALF_LIFE_DAYS)
    assert matrix.shape == (2, 3)
    assert matrix.nnz == 0
