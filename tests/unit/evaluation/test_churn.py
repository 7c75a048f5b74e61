import numpy as np
import pytest

from engine.evaluation.churn import churn_draws, fit_churn
from engine.evaluation.memberships import (
    LONGEST_TENURE,
    MONTH_SECONDS,
    MembershipLog,
    paid_stays,
    renewals,
    tenure_months,
)
from engine.evaluation.weights import bootstrap_weights

HIGH_END = [1000, 869, 743, 653, 593, 551, 517, 491, 468, 445, 427, 409, 394]
REGULAR = [1000, 631, 468, 382, 326, 289, 262, 241, 223, 207, 194, 183, 173]


def counts(survivors):
    alive = np.array(survivors[:8], dtype=float)
    return alive[:-1], -np.diff(alive)


@pytest.mark.parametrize(
    ("survivors", "published", "year_12"),
    [(HIGH_END, (0.668, 3.806), 0.378), (REGULAR, (0.704, 1.182), 0.170)],
)
def test_the_published_churn_is_found_again(survivors, published, year_12):
    """Fader and Hardie (2007), fitted on years 0 to 7."""
    fit = fit_churn(*counts(survivors))
    assert fit.alpha_beta == pytest.approx(published, abs=0.002)
    alpha, beta = fit.alpha_beta
    years = np.arange(12)
    survival = np.prod((beta + years) / (alpha + beta + years))
    assert survival == pytest.approx(year_12, abs=0.002)


def test_the_spread_is_that_of_the_exact_hessian():
    few = fit_churn(*counts(HIGH_END))
    many = fit_churn(*(4.0 * part for part in counts(HIGH_END)))
    ratio = np.sqrt(np.diag(few.log_covariance) / np.diag(many.log_covariance))
    assert ratio == pytest.approx([2.0, 2.0], rel=0.01)


def test_draws_surround_the_estimate_as_widely_as_the_hessian_says():
    rng = np.random.default_rng(3)
    n_groups, risk, lost = 400, *counts(HIGH_END)
    chance = lost / risk
    at_risk = np.zeros((n_groups, 7))
    churned = np.zeros((n_groups, 7))
    for _ in range(3000):
        group = rng.integers(n_groups)
        for year in range(7):
            at_risk[group, year] += 1
            if rng.random() < chance[year]:
                churned[group, year] += 1
                break
    draws = churn_draws(at_risk, churned, bootstrap_weights(1, n_groups))
    fit = fit_churn(at_risk.sum(axis=0), churned.sum(axis=0), prior_spread=1.5)
    logs = np.log(draws)
    assert logs.std(axis=0) == pytest.approx(np.sqrt(np.diag(fit.log_covariance)), rel=0.25)
    assert np.median(draws, axis=0) == pytest.approx(fit.alpha_beta, rel=0.1)


def test_few_lost_members_carry_no_churn():
    ones = np.ones((2, 1))
    assert churn_draws(np.full((1, 3), 50.0), np.full((1, 3), 6.0), ones) is None


def memberships(rows):
    user, start, end, price, trial = zip(*rows, strict=True)
    return MembershipLog(
        user_row=np.array(user, dtype=np.int32),
        started_at=np.array(start, dtype=float) * MONTH_SECONDS,
        ended_at=np.array(end, dtype=float) * MONTH_SECONDS,
        price_cents=np.array(price, dtype=float),
        is_trial=np.array(trial),
    )


def test_periods_without_a_gap_are_one_stay_and_trials_are_none():
    log = memberships(
        [
            (0, 0.0, 0.3, 0, True),
            (0, 0.3, 1.3, 900, False),
            (0, 1.3, np.nan, 1000, False),
            (1, 0.0, 2.0, 900, False),
            (1, 3.0, np.nan, 900, False),
        ]
    )
    stays = paid_stays(log)
    assert stays.user_row.tolist() == [0, 1, 1]
    assert stays.price_cents.tolist() == [1000, 900, 900]
    assert stays.paying(2.5 * MONTH_SECONDS).tolist() == [True, False, False]
    assert tenure_months(stays, 5.4 * MONTH_SECONDS).tolist() == [5, 2, 2]


def test_only_renewals_inside_the_log_are_counted():
    stays = paid_stays(memberships([(0, -3.5, np.nan, 900, False), (1, 1.0, 3.0, 900, False)]))
    risk, lost = renewals(stays, np.array([0, 1]), 2, (0.0, 4.0 * MONTH_SECONDS))
    assert np.flatnonzero(risk[0]).tolist() == [4, 5, 6] and lost[0].sum() == 0
    assert np.flatnonzero(risk[1]).tolist() == [0, 1]
    assert np.flatnonzero(lost[1]).tolist() == [1]
    assert risk.shape == (2, LONGEST_TENURE)


def test_no_membership_at_all_is_no_stay():
    log = memberships([(0, 0.0, 1.0, 900, True)])
    assert len(paid_stays(log).user_row) == 0
