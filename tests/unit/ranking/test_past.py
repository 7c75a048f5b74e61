"""What items of the past add to a score, against the score itself."""

from dataclasses import replace

import numpy as np
import pytest

from engine.ranking.past import AlsPast, als_past, item_past, sequence_past
from engine.ranking.settings import RankingSettings
from engine.ranking.sources import State, fit_state
from tests.unit.ranking.builders import DAY, a_log, tagged_items

AT = 91 * DAY
ITEMS = np.arange(0, 60, 3)
SETTINGS = RankingSettings(factors=8, candidates=30)
WAYS = {
    "solved by users": (SETTINGS, 40),
    "solved by items": (SETTINGS, 200),
    "neighbours": (replace(SETTINGS, ease_limit=0, neighbours=20), 80),
}


def state_of(settings: RankingSettings, n_users: int) -> State:
    # the last item stands for those outside the pool: nobody chose it
    log = replace(a_log(n_users), n_items=61)
    return fit_state(log, tagged_items(61), AT, settings, 1, 1)


@pytest.mark.parametrize("way", WAYS)
def test_parts_of_the_item_model_add_up_to_its_score(way: str) -> None:
    state = state_of(*WAYS[way])
    explaining = item_past(state, ITEMS)
    factors = state.factors["item_to_item"]
    assert (factors.profile_map is not None) == (way == "solved by users")
    for user in range(10):
        past = explaining.of(user, ITEMS)
        new = ~np.isin(ITEMS, past.items)
        expected = factors.scores(np.array([user]))[0, ITEMS]
        np.testing.assert_allclose(past.parts.sum(axis=0)[new], expected[new], atol=1e-4)


def test_parts_of_the_sequence_add_up_to_its_score() -> None:
    state = state_of(*WAYS["solved by users"])
    for user in range(10):
        past = sequence_past(state).of(user, ITEMS)
        expected = state.factors["sequence"].scores(np.array([user]))[0, ITEMS]
        np.testing.assert_allclose(past.parts.sum(axis=0), expected, atol=1e-5)
        assert 0 < len(past.items) <= 5


def without(explaining: AlsPast, user: int, item: int) -> AlsPast:
    """The same user, who never dealt with the item."""
    known = explaining.preferences.tolil()
    known[user, item] = 0.0
    return replace(explaining, preferences=known.tocsr())


def test_parts_of_als_add_up_to_the_score_of_the_user_solved_anew() -> None:
    state = state_of(*WAYS["solved by items"])
    stored = state.factors["als"].scores(np.arange(20))[:, ITEMS]
    found = np.stack([als_past(state, SETTINGS).of(u, ITEMS).parts.sum(axis=0) for u in range(20)])
    # the library's own users come from a few approximate steps
    assert np.corrcoef(found.ravel(), stored.ravel())[0, 1] > 0.99


def test_without_an_item_whose_part_is_positive_the_score_is_lower() -> None:
    state = state_of(*WAYS["solved by items"])
    explaining = als_past(state, SETTINGS)
    tried = 0
    for user in range(8):
        past = explaining.of(user, ITEMS)
        before = past.parts.sum(axis=0)
        for row, item in enumerate(past.items):
            lifted = past.parts[row] > 0
            after = without(explaining, user, int(item)).of(user, ITEMS).parts.sum(axis=0)
            assert (after[lifted] < before[lifted]).all()
            tried += int(lifted.sum())
    assert tried > 100


def test_a_user_without_a_past_is_explained_by_nothing() -> None:
    state = state_of(*WAYS["solved by items"])
    nobody = 199
    for explaining in (als_past(state, SETTINGS), item_past(state, ITEMS), sequence_past(state)):
        past = explaining.of(nobody, ITEMS)
        assert past.parts.shape == (0, len(ITEMS))
