"""How fast new items of a category are chosen, and which of them."""

import numpy as np
import pytest

from engine.ranking.needs import (
    ADDED_CHOICES,
    HALF_LIFE_SHARE,
    LEAST,
    NEED_FACTS,
    NEVER_DAYS,
    needs_at,
    needs_of_others,
)
from tests.unit.ranking.builders import DAY, a_log, a_log_of

CATEGORY = np.array([0, 0, 1, 1], np.int32)
AT = 11 * DAY
PAIRS = [(0, 0), (0, 1), (0, 0), (1, 2), (1, 0), (0, 3)]
"""On days 1 to 6; user 0 takes item 0 twice."""


def column(facts: list[np.ndarray], name: str) -> np.ndarray:
    return facts[NEED_FACTS.index(name)]


def test_a_need_is_the_rate_of_the_category_times_the_share_of_the_item() -> None:
    needs = needs_at(a_log_of(PAIRS, 2, 4), CATEGORY, 2, AT)
    half_life = HALF_LIFE_SHARE * 10
    first = {(0, 0): 1, (0, 1): 2, (1, 2): 4, (1, 0): 5, (0, 3): 6}
    weight = {pair: 0.5 ** ((11 - day) / half_life) for pair, day in first.items()}
    whole = sum(weight.values())
    of_category = [
        sum(w for (_, item), w in weight.items() if CATEGORY[item] == category)
        for category in (0, 1)
    ]
    own = weight[0, 3]
    of_user = sum(w for (user, _), w in weight.items() if user == 0)
    rate = (own + ADDED_CHOICES * of_category[1] / whole) / (of_user + ADDED_CHOICES)
    share = weight[1, 2] / of_category[1]

    facts = needs.facts(np.array([0]), np.array([2]), CATEGORY[[2]])
    assert column(facts, "need") == pytest.approx(np.log(rate + LEAST) + np.log(share + LEAST))
    assert column(facts, "need_rate") == pytest.approx(np.log(rate + LEAST))


def test_a_category_remembers_its_last_success_and_its_items() -> None:
    needs = needs_at(a_log_of(PAIRS, 2, 4), CATEGORY, 2, AT)
    users, items = np.array([0, 0, 1]), np.array([0, 2, 3])
    facts = needs.facts(users, items, CATEGORY[items])
    np.testing.assert_allclose(np.exp(column(facts, "category_last_seen")), [9.0, 6.0, 8.0])
    np.testing.assert_allclose(np.expm1(column(facts, "category_items")), [2.0, 1.0, 1.0])


def test_a_category_never_met_is_long_ago() -> None:
    needs = needs_at(a_log_of([(0, 0), (1, 2)], 2, 4), CATEGORY, 2, AT)
    facts = needs.facts(np.array([0]), np.array([2]), CATEGORY[[2]])
    assert column(facts, "category_last_seen") == pytest.approx(np.log(NEVER_DAYS))


def test_users_of_another_log_are_measured_by_the_same_clock() -> None:
    log = a_log()
    category = (np.arange(log.n_items) % 3).astype(np.int32)
    at = int(log.at.max()) + 1
    needs = needs_at(log, category, 3, at)
    alone = needs_of_others(needs, log.rows(log.user_row == 7), category, at)
    users, items = np.full(log.n_items, 7), np.arange(log.n_items)
    for one, other in zip(
        needs.facts(users, items, category), alone.facts(users, items, category), strict=True
    ):
        np.testing.assert_allclose(one, other)


def test_nothing_is_needed_of_an_empty_log() -> None:
    needs = needs_at(a_log_of([], 2, 4), CATEGORY, 2, AT)
    facts = needs.facts(np.array([0]), np.array([1]), CATEGORY[[1]])
    assert all(np.isfinite(column).all() for column in facts)
