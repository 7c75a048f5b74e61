"""Readiness by age: prior and log put together, and its months beside an exact loop over ages."""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from engine.evaluation.ageing import (
    MONTHS,
    OLDEST,
    SCALES,
    ages_at,
    first_starts,
    fit_ageing,
    freshness,
    readiness,
    seen_months,
)
from engine.evaluation.churn import WEAK_PRIOR_CENTRE, WEAK_PRIOR_SPREAD
from engine.evaluation.joining import MOST_CHANCE
from engine.evaluation.memberships import MONTH_SECONDS, Stays
from engine.evaluation.usage import Users, VisitLog, Window
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
    seen = seen_months(start, visits, users, WINDOW)
    waiting = np.isinf(start) & (users.first_at < WINDOW.end)
    pool = ages_at(users, waiting, WINDOW.end, (N_GROUPS, 1)).sum(axis=(0, 1))
    return fit_ageing(*seen, pool, seen[1].sum() / seen[0].sum())


def test_the_scale_is_the_one_the_log_was_made_with():
    draws = fitted(*made(20_000, 1.0, 9.0)).scale_draws(512)
    low, high = np.quantile(draws, (0.01, 0.99))
    assert low < 10.0 < high
    assert np.median(draws) == pytest.approx(10.0, rel=0.25)
    assert draws.std() < 3.0


def test_people_who_are_all_alike_are_told_from_people_who_are_not():
    draws = fitted(*made(20_000, 400.0, 9_600.0)).scale_draws(512)
    assert np.quantile(draws, 0.05) > 60.0  # a pool whose mean age is a year


def test_users_of_unknown_age_are_left_out():
    users, visits, start = made(4_000, 1.0, 9.0)
    first = np.full(4_000, 0.5 * MONTH_SECONDS)  # first events in the log's first month
    unknown = Users(segment=users.segment, group=users.group, first_at=first, counted=users.counted)
    at_risk, started = seen_months(start, visits, unknown, WINDOW)
    assert at_risk.sum() == started.sum() == 0.0


NOTHING = np.zeros(OLDEST)
YEAR = np.where(np.arange(OLDEST) < 12, 1.0, 0.0)
"""Free users by age: as many of each of twelve months."""

SEEDS = st.integers(0, 2**32 - 1)
PRIOR = stats.norm(WEAK_PRIOR_CENTRE[0], WEAK_PRIOR_SPREAD)
"""Of ln a."""


def heads(seed: int, most: float):
    """People by age, of some ages many and of others nobody."""
    rng = np.random.default_rng(seed)
    return np.floor(rng.gamma(0.5, most, OLDEST) * (rng.random(OLDEST) < rng.random()))


def shape_of(scale, pool, chance: float):
    """Return a of each a + b, where the mean chance of the pool is as counted."""
    return chance / (1.0 / (scale[:, None] + np.arange(OLDEST)) @ (pool / pool.sum()))


@settings(max_examples=200, deadline=None)
@given(
    seeds=st.tuples(SEEDS, SEEDS),
    most=st.floats(0.0, 1e5),
    chance=st.floats(1e-6, 1.9),
    n_draws=st.integers(1, 64),
    part=st.floats(0.0, 1.0),
)
def test_every_draw_is_a_scale_and_the_same_again(seeds, most, chance, n_draws, part):
    at_risk, pool = (heads(seed, most) for seed in seeds)
    ageing = fit_ageing(at_risk, np.floor(at_risk * part), pool, chance)
    if pool.sum() == 0.0:
        assert ageing is None
        return
    draws = ageing.scale_draws(n_draws)
    assert draws.shape == (n_draws,)
    assert ((draws >= SCALES[0]) & (draws <= SCALES[-1])).all()
    np.testing.assert_array_equal(draws, ageing.scale_draws(n_draws))


@settings(max_examples=200, deadline=None)
@given(seed=SEEDS, age=st.integers(0, OLDEST - 1), chance=st.floats(1e-4, 0.3))
def test_a_log_that_knows_no_age_leaves_the_prior(seed, age, chance):
    """So does one where only people of one age were seen; of the prior, what can be."""
    pool = heads(seed, 1_000.0) + np.eye(OLDEST)[age]
    shape = shape_of(SCALES, pool, chance)
    ends = PRIOR.cdf(np.log(shape[shape < SCALES][[0, -1]]))
    expected = np.exp(PRIOR.ppf(ends[0] + np.array([0.2, 0.5, 0.8]) * np.ptp(ends)))
    for seen in (NOTHING, np.eye(OLDEST)[age] * 900.0):
        draws = fit_ageing(seen, seen / 9.0, pool, chance).scale_draws(256)
        found = np.quantile(shape_of(draws, pool, chance), (0.2, 0.5, 0.8))
        np.testing.assert_allclose(found, expected, rtol=0.1)


@settings(max_examples=200, deadline=None)
@given(
    scale=st.floats(2.0, 40.0),
    share=st.floats(0.05, 0.9),
    seed=SEEDS,
    chance=st.floats(1e-4, 0.5),
)
def test_much_data_overrule_the_prior(scale, share, seed, chance):
    at_risk, pool = np.full(OLDEST, 1e6), heads(seed, 1_000.0) + YEAR
    assume(shape_of(np.array([scale]), pool, chance)[0] < 0.9 * scale)  # nobody joins so often
    started = at_risk * share * scale / (scale + np.arange(OLDEST))
    draws = fit_ageing(at_risk, started, pool, chance).scale_draws(64)
    np.testing.assert_allclose(draws, scale, rtol=0.06)


@settings(max_examples=200, deadline=None)
@given(starts=st.integers(0, 60), age=st.integers(0, 23), chance=st.floats(1e-3, 0.15), seed=SEEDS)
def test_one_start_more_never_makes_a_jump(starts, age, chance, seed):
    """A year of the pool's readiness: never more than one start is worth, however few there are."""
    at_risk = np.where(np.arange(OLDEST) < 24, 600.0, 0.0)
    started = np.random.default_rng(seed).multinomial(starts, np.full(OLDEST, 1.0 / OLDEST))
    started = np.where(at_risk > 0, started, 0.0)
    rates = np.full(64, chance), np.full(64, 0.05)

    def told(wins):
        ageing = fit_ageing(at_risk, wins, YEAR, chance)
        return readiness(ageing, np.ones((64, 1)), YEAR[None], rates)[:, 0, 1:12].mean()

    one = np.eye(OLDEST)[age]
    none, little, whole = (told(started + part * one) for part in (0.0, 0.01, 1.0))
    assert abs(none - whole) < 0.35
    assert abs(none - little) < 0.005


def test_a_pool_that_is_seldom_joined_from_ages_slowly():
    months = [
        np.median(fit_ageing(NOTHING, NOTHING, YEAR, chance).scale_draws(128))
        for chance in (0.1, 0.01, 0.001)
    ]
    assert months == sorted(months)
    assert months[2] > 100.0


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


@dataclass(frozen=True, kw_only=True)
class Known:
    """Ageing that is known exactly."""

    scale: float

    def scale_draws(self, n_draws: int):
        return np.full(n_draws, self.scale)


def ready(scale: float, ages, chance: float, loss: float):
    """Readiness with the profile known exactly."""
    rates = np.array([chance]), np.array([loss])
    return readiness(Known(scale=scale), ONE, ages[None], rates)[0]


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
    known = ready(alpha + beta, crowds[0][:-1], chance, loss)
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
    known = ready(alpha + beta, together, np.mean(chances), np.mean(losses))
    exact = by_ages(alpha + beta, crowds, chances, losses, times)
    fresh = freshness(Known(scale=alpha + beta), ONE, np.stack(crowds)[None, :, :-1])[0]
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
