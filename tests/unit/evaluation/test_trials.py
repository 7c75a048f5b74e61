"""The smallest test worth running, on markets whose answer is known."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special

from engine.evaluation.information import perfect
from engine.evaluation.settling import WEEKS_PER_MONTH, smallest_effect, users_within
from engine.evaluation.trials import Market, worth_of_tests

B = 512
NORMAL = special.ndtri((np.arange(B) + 0.5) / B)
MARKET = Market(
    horizon_months=12,
    cost_cents_per_month=0.0,
    revenue_cents_per_month=10_000_000.0,
    revenue_variation=2.0,
    users_per_month=200_000.0,
    new_users_per_month=20_000.0,
)
laws = settings(max_examples=200, deadline=None)


def gain_of(mean: float, spread: float, market: Market = MARKET) -> np.ndarray:
    """Return a normal gain over the horizon; mean and spread as shares of revenue."""
    whole = market.revenue_cents_per_month * market.horizon_months
    return whole * (mean + spread * NORMAL)


def test_an_open_question_with_many_users_is_worth_a_test():
    found = worth_of_tests(gain_of(0.01, 0.03), MARKET, {})
    assert found.reason is None
    assert found.smallest.weeks == 2
    assert found.best.net_cents >= found.smallest.net_cents > 0
    for trial in (found.smallest, found.best):
        assert trial.worth_cents - trial.cost_cents == pytest.approx(trial.net_cents)
        assert trial.smallest_effect == smallest_effect(2.0, trial.users_per_arm)
        whole = users_within(np.array(float(trial.weeks)), 200_000.0, 20_000.0)
        assert trial.users_per_arm == int(whole / 2)


def test_a_small_test_waits_until_it_tells_enough():
    market = replace(MARKET, users_per_month=2_400.0, new_users_per_month=1_200.0)
    found = worth_of_tests(gain_of(0.04, 0.06), market, {})
    enough = worth_of_tests(gain_of(0.04, 0.06), replace(market, users_per_month=9_000.0), {})
    assert enough.smallest.weeks == 2 < found.smallest.weeks < found.best.weeks


def test_half_of_the_gain_is_forgone_while_it_runs():
    found = worth_of_tests(gain_of(0.01, 0.03), MARKET, {}).smallest
    monthly = 0.01 * MARKET.revenue_cents_per_month
    assert found.cost_cents == pytest.approx(monthly / 2 * found.weeks / WEEKS_PER_MONTH)


def test_half_of_the_loss_is_borne_where_one_would_not_do_it():
    found = worth_of_tests(gain_of(-0.01, 0.03), MARKET, {}).smallest
    monthly = 0.01 * MARKET.revenue_cents_per_month
    assert found.cost_cents == pytest.approx(monthly / 2 * found.weeks / WEEKS_PER_MONTH)


def test_the_cost_of_the_lists_is_paid_while_they_are_tested():
    dear = replace(MARKET, cost_cents_per_month=200_000.0)
    found = worth_of_tests(gain_of(0.01, 0.03), dear, {}).smallest
    monthly = 200_000.0 - 0.01 * MARKET.revenue_cents_per_month / 2
    assert found.cost_cents == pytest.approx(monthly * found.weeks / WEEKS_PER_MONTH)


@pytest.mark.parametrize("mean", [0.3, -0.3])
def test_a_clear_decision_needs_no_test(mean):
    found = worth_of_tests(gain_of(mean, 0.03), MARKET, {})
    assert (found.smallest, found.best, found.reason) == (None, None, "clear")


def test_too_few_users_are_not_called_clear():
    few = replace(MARKET, users_per_month=40.0, new_users_per_month=1.0)
    found = worth_of_tests(gain_of(0.01, 0.01), few, {})
    assert (found.smallest, found.reason) == (None, "few_users")
    assert found.sharpest_effect > 0.5
    nobody = replace(MARKET, users_per_month=0.0, new_users_per_month=0.0)
    assert worth_of_tests(gain_of(0.01, 0.01), nobody, {}).sharpest_effect is None


def test_what_is_best_to_know_comes_first_and_the_idle_is_left_out():
    one, two, idle = np.random.default_rng(1).normal(size=(3, B))
    gain = 1e6 * (one + 0.5 * two)
    found = worth_of_tests(gain, MARKET, {"idle": idle, "two": two, "one": one, "fixed": one * 0})
    assert [known.key for known in found.knowledge] == ["one", "two"]
    assert found.knowledge[0].cents <= found.perfect_cents


@laws
@given(
    st.floats(-0.1, 0.1),
    st.floats(0.0, 0.1),
    st.floats(0.0, 1e6),
    st.integers(1, 60),
    st.floats(0.0, 1e6),
    st.floats(0.0, 1e5),
)
def test_no_test_nets_more_than_knowing_all(mean, spread, cost, months, users, new):
    market = replace(
        MARKET,
        horizon_months=months,
        cost_cents_per_month=cost,
        users_per_month=users,
        new_users_per_month=new,
    )
    gain = gain_of(mean, spread, market)
    found = worth_of_tests(gain, market, {"effect": gain})
    assert found.perfect_cents == perfect(gain - cost * months)
    assert (found.smallest is None) == (found.best is None) == (found.reason is not None)
    for trial in (found.smallest, found.best):
        if trial is not None:
            assert 2 <= trial.weeks < months * WEEKS_PER_MONTH
            assert trial.cost_cents >= -1e-6
            assert 0 < trial.net_cents <= trial.worth_cents <= found.perfect_cents
            assert found.smallest.weeks <= trial.weeks
            assert trial.net_cents <= found.best.net_cents


@laws
@given(st.floats(-0.05, 0.05), st.floats(0.001, 0.1), st.floats(1.0, 100.0))
def test_more_users_never_make_the_best_test_worse(mean, spread, times):
    gain = gain_of(mean, spread)
    more = replace(MARKET, users_per_month=200_000.0 * times, new_users_per_month=20_000.0 * times)
    few, many = (worth_of_tests(gain, market, {}).best for market in (MARKET, more))
    if few is not None:
        assert many.net_cents >= few.net_cents - 1.0
