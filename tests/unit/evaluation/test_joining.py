"""Trials of a log: who is in one, what becomes of them, and that they do not bend the books."""

from dataclasses import replace

import numpy as np
import pytest

from engine.evaluation.examination import Examination
from engine.evaluation.joining import seen_trials, share_with_ads
from engine.evaluation.memberships import MONTH_SECONDS, MembershipLog
from engine.evaluation.population import build_population
from engine.evaluation.usage import Window

DAY = 86_400.0
END = 5.0 * MONTH_SECONDS


def log(rows):
    """Rows of user, start, end [days before the end of the log] and whether it is a trial."""
    user, start, end, trial = (np.array(column) for column in zip(*rows, strict=True))
    return MembershipLog(
        user_row=user.astype(np.int32),
        started_at=END - start * DAY,
        ended_at=np.where(np.isnan(end), np.nan, END - end * DAY),
        price_cents=np.where(trial, 0.0, 900.0),
        is_trial=trial.astype(bool),
    )


def window():
    return Window(begin=END - 3 * MONTH_SECONDS, end=END, log_begin=0.0)


def with_more(rows, count=40):
    """The rows, with trials of other users that all ended without a payment."""
    return log([*rows, *((100 + number, 60.0, 53.0, True) for number in range(count))])


def test_a_trial_became_paid_when_its_user_paid_in_it_or_within_a_week():
    found = seen_trials(
        with_more(
            [
                (0, 50.0, 43.0, True), (0, 43.0, np.nan, False),
                (1, 50.0, 43.0, True), (1, 37.0, np.nan, False),
                (2, 50.0, 43.0, True), (2, 30.0, np.nan, False),
                (3, 50.0, np.nan, True), (3, 40.0, np.nan, False),
                (4, 45.0, np.nan, False),
            ]
        ),
        window(),
    )  # fmt: skip
    assert found.became_paid[:4].tolist() == [True, True, False, True]
    assert found.led_to.tolist() == [True, True, False, True, False]
    assert found.ended_at[3] == END - 40.0 * DAY  # paying ends a trial that never said so


def test_a_trial_that_ended_this_week_is_not_over_and_one_that_runs_is_running():
    found = seen_trials(
        with_more([(0, 10.0, 3.0, True), (1, 5.0, np.nan, True), (2, 20.0, 8.0, True)]), window()
    )
    assert found.is_over[:3].tolist() == [False, False, True]
    assert np.flatnonzero(found.running(END, 200)).tolist() == [1]


def test_a_log_with_hardly_a_trial_is_taken_to_have_none():
    assert seen_trials(with_more([], count=19), window()) is None
    assert seen_trials(with_more([], count=20), window()) is not None


@pytest.fixture(scope="module")
def trials(data):
    """When 400 trials ended, or will, and which half of them was then paid for."""
    rng = np.random.default_rng(8)
    over = data.window.end - rng.uniform(0.0, 4.0, 400) * MONTH_SECONDS + 14 * DAY
    return over, (rng.random(400) < 0.5) & (over < data.window.end)


@pytest.fixture(scope="module")
def tried(data, trials, weights):
    """The log of the population tests with those trials of free users."""
    user, (over, pays) = np.arange(1_000, 1_400, dtype=np.int32), trials
    start, known = over - 14 * DAY, data.memberships
    more = MembershipLog(
        user_row=np.concatenate([known.user_row, user, user[pays]]),
        started_at=np.concatenate([known.started_at, start, over[pays]]),
        ended_at=np.concatenate([known.ended_at, over, np.full(pays.sum(), np.nan)]),
        price_cents=np.concatenate([known.price_cents, 0.0 * start, 900.0 + 0.0 * over[pays]]),
        is_trial=np.concatenate([known.is_trial, np.ones(400, bool), np.zeros(pays.sum(), bool)]),
    )
    return build_population(replace(data, memberships=more), _looked(weights), weights)


def _looked(weights):
    theta = np.arange(1, 5) ** -1.0
    return Examination(point=theta, draws=np.tile(theta, (len(weights), 1)), method="randomised")


def test_trials_are_those_the_log_was_made_with(data, trials, tried):
    over, pays = trials
    known = over + 7 * DAY <= data.window.end
    paid, error = tried.trial_to_paid_rate, np.sqrt(0.25 / known.sum())
    assert tried.trial_months == pytest.approx(14 * DAY / MONTH_SECONDS)
    # as counted: its mean over draws is off by no more than that many draws leave open
    assert paid.mean() == pytest.approx(pays[known].mean(), abs=4.0 * error / np.sqrt(len(paid)))
    assert pays[known].mean() == pytest.approx(0.5, abs=2.5 * error)
    assert paid.std() == pytest.approx(error, rel=0.3)
    free = (tried.free_users - tried.trial_users).sum(axis=1).mean()
    assert tried.trial_start_rate.mean() == pytest.approx(100 / (free + 100), rel=0.15)
    assert tried.trial_users.sum(axis=1).mean() == pytest.approx(46, abs=12)


def test_direct_conversion_leaves_out_whom_a_trial_led_to(data, tried, weights):
    plain = build_population(data, _looked(weights), weights)
    assert tried.conversion.mean() == pytest.approx(plain.conversion.mean(), rel=0.2)
    assert plain.trial_users is None
    assert plain.trial_start_rate is None


def test_ads_of_the_first_month_are_those_of_the_books(data, tried):
    lists = (tried.free_users - tried.trial_users) * tried.sessions_free
    shown = lists.sum(axis=1) * tried.lists_per_session * tried.ad_slots_today
    month = (data.shown.at >= data.window.month_begin) & data.shown.is_ad
    members = np.flatnonzero(data.shown.user_row < 300)
    assert not month[members].any()
    paying = tried.members.sum(axis=(1, 2)).mean() - 300  # who pays now saw ads before
    rough = month.sum() * (1.0 - paying / 1_700)
    assert np.median(shown) == pytest.approx(rough, rel=0.03)


def test_visits_of_people_in_trial_are_taken_off_by_segment():
    use = np.array([10, 10, 2, 2])
    free = np.ones(4, dtype=bool)
    trial = np.array([True, False, False, False])
    segment = np.array([0, 0, 1, 1], dtype=np.int32)
    assert share_with_ads(use, free, trial, segment, 2) == pytest.approx(14 / 24)
    assert share_with_ads(use, free, ~free, segment, 2) == 1.0
