"""Scores become probabilities that say how often."""

import numpy as np
import pytest
from scipy import special

from engine.evaluation.hits import Pairs
from engine.evaluation.relevance import DAYS_AHEAD, fit_relevance, next_new_pairs
from engine.rng import stream
from tests.unit.ranking.builders import DAY, a_log_of


def drawn(slope, n=40_000, centre=3.0, scale=2.0):
    rng = stream(1, "relevance")
    score = rng.normal(centre, scale, n)
    chance = special.expit(-3.0 + slope * (score - centre) / scale)
    return score, rng.random(n) < chance, chance


def test_the_truth_is_found_again():
    score, chosen, chance = drawn(slope=0.8)

    model = fit_relevance(score, chosen)

    assert model is not None
    assert model.slope == pytest.approx(0.8, abs=0.08)
    assert model.intercept == pytest.approx(-3.0, abs=0.08)
    assert np.abs(model.probability(score) - chance).max() < 0.05


def test_probabilities_add_up_to_what_happened():
    score, chosen, _ = drawn(slope=0.5)

    assert fit_relevance(score, chosen).probability(score).sum() == pytest.approx(
        chosen.sum(), rel=1e-3
    )


def test_scale_and_zero_of_a_score_do_not_matter():
    score, chosen, _ = drawn(slope=0.5, n=4_000)

    first = fit_relevance(score, chosen).probability(score)
    second = fit_relevance(100.0 * score - 7.0, chosen).probability(100.0 * score - 7.0)

    assert np.allclose(first, second, atol=1e-4)


def test_a_ranker_worse_than_chance_gives_everyone_the_same():
    score, chosen, _ = drawn(slope=-0.5, n=4_000)

    model = fit_relevance(score, chosen)

    assert model.slope == 0.0
    assert np.ptp(model.probability(score)) == 0.0


@pytest.mark.parametrize("n_chosen", [0, 9])
def test_too_few_successes_say_nothing(n_chosen):
    assert fit_relevance(np.arange(100.0), np.arange(100) < n_chosen) is None


def test_scores_that_are_all_the_same_are_no_reason_to_fail():
    model = fit_relevance(np.full(100, 2.0), np.arange(100) < 30)

    assert model.probability(np.array([2.0]))[0] == pytest.approx(0.3, abs=0.05)


def test_only_the_next_thirty_days_count():
    log = a_log_of([(0, item) for item in range(4)], n_users=1, n_items=4)
    at = np.array([0, 1, DAYS_AHEAD * DAY - 1, DAYS_AHEAD * DAY]) + DAY
    log = type(log)(**{**vars(log), "at": at})
    test = Pairs(user_row=np.zeros(4, int), item_row=np.arange(4))

    assert next_new_pairs(test, log, DAY).item_row.tolist() == [0, 1, 2]
