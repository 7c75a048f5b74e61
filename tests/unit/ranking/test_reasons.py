"""Reasons are never empty and always true."""

import numpy as np
import pytest

from engine.features.interactions import pair_matrix, popularity
from engine.ranking.labels import COLD
from engine.ranking.lists import ExplainedLists
from engine.ranking.reasons import CODES, POPULAR_PLACES, places
from engine.ranking.two_stage import POLICIES, FittedRanker, recommend
from engine.reporting.text import LOCALES, words
from tests.unit.ranking.builders import a_log, fitted, tagged_items

LOG = a_log(n_users=80, n_items=60, silent_users=2)
EVERYONE = np.arange(LOG.n_users)


@pytest.fixture(scope="module")
def model() -> FittedRanker:
    return fitted(LOG, items=tagged_items(60))


def rows_of(lists: ExplainedLists, *codes: str) -> np.ndarray:
    return np.flatnonzero(np.isin(lists.reason_code, codes))


@pytest.mark.parametrize("policy", POLICIES)
def test_every_row_has_a_reason_with_words_in_every_language(
    model: FittedRanker, policy: str
) -> None:
    lists = recommend(model, policy, EVERYONE, 10)
    assert (lists.reason_code != "").all()
    for locale in LOCALES:
        known = {key.removeprefix("list_words.") for key in words(locale)}
        assert set(lists.reason_code) <= known
        assert set(CODES) <= known


@pytest.mark.parametrize("policy", ["ranked", "als", "item_to_item", "sequence"])
def test_a_named_item_was_chosen_by_that_user(model: FittedRanker, policy: str) -> None:
    lists = recommend(model, policy, EVERYONE, 10)
    rows = rows_of(lists, "because_item")
    assert len(rows) > 5
    chosen = pair_matrix(LOG, LOG.positive)
    assert (np.asarray(chosen[lists.user_row[rows], lists.reason_item_row[rows]]) > 0).all()
    others = np.setdiff1d(np.arange(len(lists.rank)), rows_of(lists, "because_item"))
    assert (lists.reason_item_row[others] == -1).all()


def test_the_named_item_is_of_the_same_taste(model: FittedRanker) -> None:
    lists = recommend(model, "als", EVERYONE, 5)
    rows = rows_of(lists, "because_item")
    same = (lists.item_row[rows] < 30) == (lists.reason_item_row[rows] < 30)
    assert same.mean() > 0.95


def test_a_named_tag_is_shared_by_item_and_user(model: FittedRanker) -> None:
    lists = recommend(model, "content", EVERYONE, 5)
    rows = rows_of(lists, "because_tag")
    assert len(rows) > 100
    for row in rows:
        tags = lists.reason_tag[row].split(", ")
        late = lists.item_row[row] >= 30
        assert set(tags) <= ({"tag b", "late"} if late else {"tag a", "early"})
        mine = LOG.item_row[LOG.user_row == lists.user_row[row]]
        assert ((mine >= 30) == late).any()


def test_a_named_place_is_the_place_among_the_popular(model: FittedRanker) -> None:
    lists = recommend(model, "popularity", EVERYONE, 10)
    rows = rows_of(lists, "popular_ever", "popular_recent")
    assert len(rows) > 100
    ever = popularity(LOG)
    for row in rows_of(lists, "popular_ever"):
        item = lists.item_row[row]
        assert lists.reason_place[row] == 1 + (ever > ever[item]).sum() <= POPULAR_PLACES


def test_equal_items_share_a_place_and_unwanted_ones_have_none() -> None:
    found = places(np.array([0.5, 1.0, 0.5, 0.0], np.float32))
    assert found.tolist()[:3] == [2, 1, 2]
    assert found[3] > POPULAR_PLACES


def test_new_users_are_told_that_they_are_new(model: FittedRanker) -> None:
    lists = recommend(model, "ranked", EVERYONE[-2:], 10)
    assert set(lists.reason_code) == {COLD}


def test_a_reason_does_not_depend_on_who_else_is_asked_for(model: FittedRanker) -> None:
    every, one = (
        recommend(model, "ranked", EVERYONE, 5),
        recommend(model, "ranked", EVERYONE[7:8], 5),
    )
    rows = every.user_row == 7
    for name in ("reason_code", "reason_item_row", "reason_tag", "reason_place"):
        assert (getattr(every, name)[rows] == getattr(one, name)).all()
