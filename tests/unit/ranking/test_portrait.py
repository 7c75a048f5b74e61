"""What is told of one user and one item adds up to what the ranker uses."""

from dataclasses import replace

import numpy as np
import pytest

from engine.features.profiles import content_score
from engine.ranking import portrait
from engine.ranking.two_stage import FittedRanker
from tests.unit.ranking.builders import a_log, fitted, tagged_items


@pytest.fixture(scope="module")
def board() -> FittedRanker:
    return fitted(a_log(), items=tagged_items(60))


def test_the_terms_of_a_fit_add_up_to_the_score_of_the_content_source(board):
    scores = board.state.factors["content"].scores(np.array([3]))[0]
    for item in range(board.n_items):
        fit = portrait.content_fit(board, 3, item)

        assert fit.product == pytest.approx(scores[item], abs=1e-6)
        assert fit.score == pytest.approx(1 / (1 + np.exp(-fit.product)))
        assert list(np.abs(fit.terms)) == sorted(np.abs(fit.terms), reverse=True)


def test_the_scores_of_a_list_are_those_of_its_items(board):
    items = np.arange(board.n_items)
    one_by_one = [portrait.content_fit(board, 2, int(item)).score for item in items]

    assert portrait.content_scores(board, 2, items) == pytest.approx(one_by_one)


def test_the_worked_example_of_the_method_page_is_what_the_profile_says():
    u, v = np.array([0.6, 0.3, 0.1]), np.array([0.5, 0.3, 0.2])
    names = tuple(portrait.Attribute(name=name, is_second=False) for name in "abc")
    fit = portrait.ContentFit(names=names, user=u, item=v)

    assert fit.product == pytest.approx(0.41)
    assert fit.score == pytest.approx(0.6011, abs=1e-4)
    assert fit.score == pytest.approx(float(content_score(u, v)))


def test_the_heaviest_interest_comes_first_and_nothing_is_zero(board):
    found = portrait.interests(board, 1)

    assert len(found.names) == len(found.values) > 0
    assert np.all(found.values != 0)
    assert np.all(np.diff(np.abs(found.values)) <= 0)


def test_an_item_is_no_neighbour_of_itself_and_the_nearest_comes_first(board):
    near = portrait.neighbours(board, 4, 6)

    assert 4 not in near.item_row
    assert np.all(np.diff(near.similarity) <= 0)
    liked = board.state.liked.toarray() > 0
    for item, common in zip(near.item_row, near.common_users, strict=True):
        assert common == np.sum(liked[:, 4] & liked[:, item])


def test_an_audience_of_the_same_people_counts_more_than_chance(board):
    near = portrait.neighbours(board, 4, 3)
    liked = board.state.liked.toarray() > 0
    other, active = near.item_row[0], (liked.sum(axis=1) > 0).sum()
    expected = liked[:, 4].sum() * liked[:, other].sum() / active

    assert near.ratio[0] == pytest.approx(near.common_users[0] / expected)


def test_an_item_outside_the_pool_has_no_profile_and_no_neighbours(board):
    outside = board.n_items + 7

    assert not portrait.is_candidate(board, outside)
    assert portrait.attributes_of(board, outside).names == ()
    assert len(portrait.neighbours(board, outside, 5).item_row) == 0
    assert portrait.content_fit(board, 1, outside).score == 0.5


def test_a_category_with_the_name_of_a_tag_is_told_apart(board):
    found = portrait.named_attributes(replace(board, attribute_names=("a", "b", "a")))

    assert [(part.name, part.is_second) for part in found] == [
        ("a", False), ("b", False), ("a", True),
    ]  # fmt: skip
