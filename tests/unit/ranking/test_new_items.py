"""Which items are new, and how they come into the pool and onto lists."""

from dataclasses import replace

import numpy as np

from engine.features.tables import NO_TIME
from engine.ranking.exploring import EXPLORED_PLACE, explored, raised_to_place
from engine.ranking.new_items import FEW_SUCCESSES, UNDATED, new_scores, newness
from engine.ranking.pool import NEW_SHARE, choose_pool
from engine.ranking.settings import RankingSettings
from engine.ranking.two_stage import recommend
from tests.unit.ranking.builders import DAY, SMALL, a_log, a_log_of, fitted, tagged_items

AT = 100 * DAY


def dated(days: list[float | None]):
    """Items published on these days."""
    at = [NO_TIME if day is None else int(day * DAY) for day in days]
    return replace(tagged_items(len(days)), published_at=np.array(at, np.int64))


def test_an_item_is_new_for_a_while_after_its_publication() -> None:
    items = dated([100, 85, 70, 10, 101, None])
    found = newness(a_log_of([], 1, 6), items, AT, 30.0)
    np.testing.assert_allclose(found, [1.0, 0.5, 0.0, 0.0, 0.0, UNDATED])


def test_without_a_date_the_first_event_counts() -> None:
    log = replace(a_log_of([(0, 0), (0, 1)], 1, 3), at=DAY * np.array([95, 20]))
    found = newness(log, dated([None, None, None]), AT, 10.0)
    np.testing.assert_allclose(found, [0.5, 0.0, UNDATED])


def test_an_item_that_enough_users_chose_is_not_new() -> None:
    log = a_log_of([(user, 0) for user in range(FEW_SUCCESSES)], FEW_SUCCESSES, 2)
    fewer = log.rows(log.user_row > 0)
    items = dated([99, 99])
    assert newness(log, items, AT, 30.0)[0] == 0.0
    assert newness(fewer, items, AT, 30.0)[0] > 0.0


def test_new_items_are_ordered_by_taste_then_by_newness() -> None:
    content = np.array([[0.9, 0.2, 0.2, 0.9]], np.float32)
    scores = new_scores(content, np.array([0.1, 0.1, 0.9, 0.0], np.float32))[0]
    assert scores[0] > scores[2] > scores[1] > 0
    assert scores[3] == -np.inf


def test_the_pool_keeps_some_places_for_the_newest_items() -> None:
    log = a_log_of([(user, item) for user in range(3) for item in range(100)], 3, 200)
    fresh = np.zeros(200, np.float32)
    fresh[150:] = np.linspace(0.1, 1.0, 50)
    pool = choose_pool(log, AT, 40, 30.0, fresh)

    assert len(pool) == 40
    assert (pool[-40 // NEW_SHARE :] == [198, 199]).all()
    assert (pool[: -40 // NEW_SHARE] < 100).all()


def test_an_item_without_an_event_enters_the_lists_of_those_whose_taste_it_fits() -> None:
    """Two items nobody met, one of each taste, beside a pool too small for all."""
    log = replace(a_log(n_users=120, n_items=80, per_user=12), n_items=80)
    half = 40
    keep = ~np.isin(log.item_row, [half - 1, 79])
    items = replace(tagged_items(80), published_at=np.full(80, NO_TIME))
    items.published_at[[half - 1, 79]] = 89 * DAY
    model = fitted(log.rows(keep), replace(SMALL, pool_size=60), items=items)
    made = recommend(model, "new_items", np.arange(100), 3)
    first = made.rank == 1

    assert np.isin([half - 1, 79], model.pool).all()
    assert (made.source_code[first] == "new_items").all()
    assert (made.item_row[first] == np.where(made.user_row[first] % 2, 79, half - 1)).all()


def test_lists_of_new_items_are_filled_with_popular_ones() -> None:
    log = a_log(n_users=120, n_items=60, per_user=12)
    model = fitted(log, RankingSettings(factors=4, rounds=5, new_days=0.001))
    made = recommend(model, "new_items", np.arange(100), 5)
    pairs = np.stack([made.user_row, made.item_row], axis=1)
    assert len(np.unique(pairs, axis=0)) == 500


TOP = np.tile(np.arange(5), (1_000, 1)), np.tile([2.9, 2.5, 2.3, 2.0, -np.inf], (1_000, 1))
USERS = np.arange(1_000)


def test_exploration_keeps_to_its_share_and_to_items_that_fit() -> None:
    rows, items = explored(TOP[0], TOP[1].astype(np.float32), USERS, 0.03, 1)
    assert 0.25 < len(rows) / 1_000 < 0.35
    assert set(items.tolist()) == {0, 1, 2}
    assert (items == 0).sum() > (items == 2).sum()


def test_exploration_draws_for_a_user_whatever_others_are_asked_for() -> None:
    together = dict(zip(*(each.tolist() for each in explored(*TOP, USERS, 0.05, 1)), strict=True))
    one = int(next(iter(together)))
    alone = explored(TOP[0][:1], TOP[1][:1], USERS[one : one + 1], 0.05, 1)
    assert (alone[0].tolist(), alone[1].tolist()) == ([0], [together[one]])


def test_no_exploration_without_a_share_or_without_a_new_item() -> None:
    assert len(explored(*TOP, USERS, 0.0, 1)[0]) == 0
    assert len(explored(TOP[0], np.full_like(TOP[1], -np.inf), USERS, 0.1, 1)[0]) == 0


def test_a_drawn_item_takes_the_tenth_place_and_no_other() -> None:
    rows, items = np.repeat([0, 1], 30), np.tile(np.arange(30), 2)
    scores = np.random.default_rng(2).random(60)
    before = scores.copy()
    low = int(np.argmin(scores[30:]))
    raised = raised_to_place(rows, items, scores, (np.array([1]), np.array([low])))

    assert raised.tolist() == [30 + low]
    order = np.argsort(-scores[30:])
    assert order[EXPLORED_PLACE - 1] == low
    assert (order[: EXPLORED_PLACE - 1] == np.argsort(-before[30:])[: EXPLORED_PLACE - 1]).all()
    assert (scores[:30] == before[:30]).all()


def test_an_item_that_stands_higher_already_stays() -> None:
    scores = np.arange(30.0)
    drawn = np.array([0]), np.array([29])
    assert len(raised_to_place(np.zeros(30, int), np.arange(30), scores, drawn)) == 0
    assert (scores == np.arange(30.0)).all()


def test_every_list_explores_when_it_must_and_none_when_it_must_not() -> None:
    log = a_log(n_users=120, n_items=80, per_user=12)
    keep = ~np.isin(log.item_row, [39, 79])
    items = replace(tagged_items(80), published_at=np.full(80, NO_TIME))
    items.published_at[[39, 79]] = 89 * DAY
    model = fitted(log.rows(keep), SMALL, items=items)
    made = {}
    for share in (0.1, 0.0):
        settings = replace(model.settings, exploration_share=share)
        made[share] = recommend(replace(model, settings=settings), "ranked", np.arange(100), 10)
    listed = {share: np.isin(each.item_row, [39, 79]) for share, each in made.items()}
    everyone = np.arange(100)

    assert len(made[0.1].item_row) == len(made[0.0].item_row) == 1_000
    assert (np.unique(made[0.1].user_row[listed[0.1]]) == everyone).all()
    # nine of ten places are those of the ranker
    pairs = {
        share: set(zip(each.user_row, each.item_row, strict=True)) for share, each in made.items()
    }
    left = np.bincount([user for user, _ in pairs[0.0] - pairs[0.1]], minlength=100)
    assert left.max() == 1
