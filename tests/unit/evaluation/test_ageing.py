"""Readiness by age: the fit, where it is silent, and its months beside an exact loop over ages."""

import numpy as np
import pytest

from engine.evaluation.ageing import (
    MONTHS,
    OLDEST,
    Ageing,
    ages_at,
    first_starts,
    fit_ageing,
    freshness,
    readiness,
)
from engine.evaluation.churn import fit_churn
from engine.evaluation.joining import MOST_CHANCE
from engine.evaluation.memberships import MONTH_SECONDS, Stays
from engine.evaluation.usage import Users, VisitLog, Window
from engine.evaluation.weights import bootstrap_weights
from engine.simulation.reaction import HORIZON_LIMIT_MONTHS

N_GROUPS = 64
ONE = np.ones((1, 1))
WINDOW = Window(begin=9 * MONTH_SECONDS, end=12 * MONTH_SECONDS, log_begin=0.0)


def made(n_users: int, alpha: float, beta: float, seed: int = 5):
    """Users who come each month and join by a chance of their own; beta says how unlike."""
    rng = np.random.default_rng(seed)
    first = rng.integers(-20, 11, n_users) * MONTH_SECONDS + 1.0
    chance = rng.beta(alpha, beta, n_users)
    age = rng.geometric(np.maximum(chance, 1e-9)) - 1.0
    start = first + (age + 0.5) * MONTH_SECONDS
    start[start >= WINDOW.end] = np.inf
    month = np.arange(12)
    at = (month + 0.25)[None, :] * MONTH_SECONDS + np.zeros((n_users, 1))
    user, column = np.nonzero(at >= first[:, None])
    at = at[user, column]
    zeros = np.zeros(len(user), dtype=np.int64)
    visits = VisitLog(
        user_row=user.astype(np.int32),
        started_at=at.astype(np.int64),
        view_count=zeros,
        order_count=zeros,
        order_amount_cents=zeros,
        list_count=zeros,
        list_click_count=zeros,
    )
    users = Users(
        segment=np.zeros(n_users, dtype=np.int32),
        group=rng.integers(0, N_GROUPS, n_users).astype(np.int32),
        first_at=first,
        counted=np.ones(n_users, dtype=bool),
    )
    return users, visits, start


def fitted(users, visits, start):
    return fit_ageing(start, visits, users, WINDOW, N_GROUPS)


def test_the_scale_is_the_one_the_log_was_made_with():
    ageing = fitted(*made(20_000, 1.0, 9.0))
    draws = ageing.scale_draws(bootstrap_weights(2, N_GROUPS))
    low, high = np.quantile(draws, (0.01, 0.99))
    assert low < 10.0 < high
    assert ageing.fit.alpha_beta.sum() == pytest.approx(10.0, rel=0.25)
    assert draws.std() < 3.0


@pytest.mark.parametrize(("n_users", "alpha", "beta"), [(60, 1.0, 9.0), (4_000, 400.0, 9_600.0)])
def test_few_starts_and_a_flat_profile_say_nothing(n_users, alpha, beta):
    assert fitted(*made(n_users, alpha, beta)) is None


def test_users_of_unknown_age_are_left_out():
    users, visits, start = made(4_000, 1.0, 9.0)
    first = np.full(4_000, 0.5 * MONTH_SECONDS)  # first events in the log's first month
    unknown = Users(segment=users.segment, group=users.group, first_at=first, counted=users.counted)
    assert fitted(unknown, visits, start) is None


def test_the_first_start_is_the_earlier_of_trial_and_payment():
    paid = Stays(
        user_row=np.array([0, 0, 2], dtype=np.int32),
        started_at=np.array([5.0, 3.0, 9.0]),
        ended_at=np.full(3, np.inf),
        price_cents=np.full(3, 1.0),
    )
    assert first_starts(paid, None, 3).tolist() == [3.0, np.inf, 9.0]


def test_the_longest_horizon_is_told_for():
    assert MONTHS == HORIZON_LIMIT_MONTHS


def profile(alpha: float, beta: float) -> Ageing:
    at_risk = 1e6 * np.ones(OLDEST)
    fit = fit_churn(at_risk, at_risk * alpha / (alpha + beta + np.arange(OLDEST)))
    return Ageing(fit=fit, at_risk=at_risk[None], started=at_risk[None] * 0.0)


def ready(ageing: Ageing, ages, chance: float, loss: float):
    """Readiness with the profile known exactly."""
    rates = np.array([chance]), np.array([loss])
    return readiness(known_exactly(ageing), ONE, ages[None], rates)[0]


def known_exactly(ageing: Ageing) -> Ageing:
    """The profile with counts that leave it where it is."""
    return Ageing(
        fit=ageing.fit,
        at_risk=ageing.at_risk,
        started=ageing.at_risk
        * ageing.fit.alpha_beta[0]
        / (ageing.fit.alpha_beta.sum() + np.arange(OLDEST)),
    )


AGE = np.arange(OLDEST)
SHAPES = {"young": 0.6**AGE, "old": np.minimum(AGE, 24) ** 2.0, "even": 1.0 + 0.0 * AGE}
PROFILES = [(1.0, 9.0), (0.5, 2.0), (2.0, 60.0)]


def crowd(shape: str, newcomers: float) -> np.ndarray:
    """A thousand free users of some ages, and those who come in a month at its end."""
    ages = SHAPES[shape]
    return np.append(1_000.0 * ages / ages.sum(), newcomers)


def by_pools(known, fresh, crowds, chances, losses, times: float) -> float:
    """Members won in a year as the simulation wins them: two pools in each segment."""
    won = 0.0
    for own, ages, chance, loss in zip(fresh, crowds, chances, losses, strict=True):
        today, new = ages[:-1].sum(), 0.0
        for month in range(1, 12):
            new += ages[-1]
            both = known[0][month], own * known[1][month]
            first, second = (min(times * chance * each, MOST_CHANCE) for each in both)
            won += today * first + new * second
            today, new = today * (1 - first) * (1 - loss), new * (1 - second) * (1 - loss)
    return won


def by_ages(scale: float, crowds, chances, losses, times: float) -> float:
    """The same where everyone keeps an age of her own in each segment."""
    of_age, won = 1.0 / (scale + np.arange(OLDEST + MONTHS)), 0.0
    for ages, chance, loss in zip(crowds, chances, losses, strict=True):
        ratio = of_age / ((ages[:-1] * of_age[:OLDEST]).sum() / ages[:-1].sum())
        pool = np.append(ages[:-1], np.zeros(MONTHS))
        for _ in range(1, 12):
            pool = np.append(ages[-1], pool[:-1])
            joins = pool * np.minimum(times * chance * ratio, MOST_CHANCE)
            won += joins.sum()
            pool = (pool - joins) * (1.0 - loss)
    return won


@pytest.mark.parametrize(("alpha", "beta"), PROFILES)
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(("chance", "loss"), [(0.02, 0.05), (0.1, 0.2)])
def test_two_pools_are_exact_where_segments_are_alike(alpha, beta, shape, chance, loss):
    crowds, rates = [crowd(shape, 50.0)], ([chance], [loss])
    known = ready(profile(alpha, beta), crowds[0][:-1], chance, loss)
    exact = by_ages(alpha + beta, crowds, *rates, 1.0)
    assert by_pools(known, [1.0], crowds, *rates, 1.0) == pytest.approx(exact, rel=1e-4)


@pytest.mark.parametrize(("alpha", "beta"), PROFILES)
@pytest.mark.parametrize("times", [0.5, 1.0, 2.0])
@pytest.mark.parametrize(
    ("shapes", "chances", "losses", "most"),
    [
        (("even", "even", "even"), (0.01, 0.03, 0.08), (0.02, 0.08, 0.2), 0.015),
        (("young", "old", "even"), (0.03, 0.03, 0.03), (0.05, 0.05, 0.05), 0.14),
    ],
    ids=["other rates", "other ages"],
)
def test_how_far_one_age_for_all_segments_is_off(alpha, beta, times, shapes, chances, losses, most):
    """Members won in a year: 1.2 % where rates differ, 4 % where a month-old segment stands
    beside one of two years, 13 % where half of the readiness is gone in three months as well;
    prices that double or halve the chance move little of it."""
    crowds = [crowd(shape, 50.0) for shape in shapes]
    together = sum(ages[:-1] for ages in crowds)
    known = ready(profile(alpha, beta), together, np.mean(chances), np.mean(losses))
    exact = by_ages(alpha + beta, crowds, chances, losses, times)
    fresh = freshness(known_exactly(profile(alpha, beta)), ONE, np.stack(crowds)[None, :, :-1])[0]
    found = by_pools(known, fresh, crowds, chances, losses, times)
    assert found == pytest.approx(exact, rel=most)


def test_ages_are_counted_by_group_and_month():
    users, _, _ = made(500, 1.0, 9.0)
    found = ages_at(users, np.arange(500) < 100, WINDOW.end, (N_GROUPS, 1))
    assert found.sum() == 100
    expected = np.bincount(
        np.floor((WINDOW.end - users.first_at[:100]) / MONTH_SECONDS).astype(int), minlength=OLDEST
    )
    np.testing.assert_array_equal(found.sum(axis=(0, 1)), expected)
