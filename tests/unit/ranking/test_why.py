"""What speaks for a pair agrees with the lists of each source and with the score."""

from dataclasses import replace

import numpy as np
import pytest

from engine.ranking.fitted import FittedRanker
from engine.ranking.lists import ExplainedLists
from engine.ranking.sources import PERSONAL
from engine.ranking.two_stage import recommend, score_pairs
from engine.ranking.why import Why, why_each
from tests.unit.ranking.builders import a_log, fitted, tagged_items

LOG = a_log(n_users=80, n_items=60, silent_users=2)
EVERYONE = np.arange(LOG.n_users)


@pytest.fixture(scope="module")
def model() -> FittedRanker:
    return fitted(LOG, items=tagged_items(60))


@pytest.fixture(scope="module")
def lists(model: FittedRanker) -> ExplainedLists:
    return recommend(model, "ranked", EVERYONE, 5)


@pytest.fixture(scope="module")
def found(model: FittedRanker, lists: ExplainedLists) -> list[Why]:
    return list(why_each(model, lists.user_row.astype(np.int64), lists.item_row.astype(np.int64)))


@pytest.mark.parametrize("kind", ["later", "next"])
def test_causes_and_a_constant_make_the_score_of_an_occasion(
    model: FittedRanker, lists: ExplainedLists, kind: str
) -> None:
    n_later = len(model.ranker.models) - model.ranker.n_next
    own = slice(n_later) if kind == "later" else slice(n_later, None)
    trees, starts = model.ranker.models[own], model.ranker.starts[own]
    model = replace(model, ranker=replace(model.ranker, models=trees, starts=starts, n_next=0))
    users, items = lists.user_row.astype(np.int64), lists.item_row.astype(np.int64)
    parts = [sum(one.causes.values()) for one in why_each(model, users, items)]
    rest = score_pairs(model, users, items) - np.array(parts)
    # a constant of the user: those who are hardly known have trees of their own
    for user in np.unique(lists.user_row):
        of_user = rest[lists.user_row == user]
        np.testing.assert_allclose(of_user, of_user[:1].repeat(len(of_user)), atol=1e-6)


@pytest.mark.parametrize("source", PERSONAL)
def test_the_place_in_a_source_is_the_rank_on_its_list(
    model: FittedRanker, lists: ExplainedLists, found: list[Why], source: str
) -> None:
    alone = recommend(model, source, EVERYONE, 30)
    rank = dict(zip(zip(alone.user_row, alone.item_row, strict=True), alone.rank, strict=True))
    pairs = zip(lists.user_row, lists.item_row, found, strict=True)
    told = [(one.places[source], rank[user, item]) for user, item, one in pairs
            if source in one.places and (user, item) in rank]  # fmt: skip
    assert len(told) > 20
    # items that a source leaves equal share a place, as items of one taste do by content and those
    # that nobody took in one visit do by visits
    assert all(place <= on_list for place, on_list in told)
    is_same = np.mean([place == on_list for place, on_list in told])
    assert is_same > (0.0 if source in ("content", "together") else 0.8)


def test_shares_of_the_past_are_parts_of_a_whole(found: list[Why]) -> None:
    shares = [sum(item.share for item in past) for one in found for past in one.past.values()]
    assert len(shares) > 100
    assert all(0 < share < 1.000001 for share in shares)


def test_the_reason_of_a_row_is_among_what_speaks_for_it(
    lists: ExplainedLists, found: list[Why]
) -> None:
    rows = np.flatnonzero(lists.reason_code == "because_item")
    assert len(rows) > 5
    for row in rows:
        first = {past[0].item_row for past in found[row].past.values()}
        assert lists.reason_item_row[row] in first
