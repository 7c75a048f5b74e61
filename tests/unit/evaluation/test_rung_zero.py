from dataclasses import replace

import numpy as np
import pytest

from engine.errors import NotEnoughDataError
from engine.evaluation.counted_base import count_base
from engine.evaluation.hits import Pairs, RankedPairs, hit_rates, hit_ratio
from engine.evaluation.memberships import MONTH_SECONDS
from engine.evaluation.rung_zero import (
    RungZeroInputs,
    RungZeroSettings,
    assume,
    value_rung_zero,
)
from engine.evaluation.settling import settling_test, smallest_effect, users_per_arm
from engine.evaluation.usage import Takings, Users, VisitLog, trailing_window
from engine.evaluation.weights import bootstrap_weights

N_DRAWS = 4096
SETTINGS = RungZeroSettings()


def inputs(**changes):
    rng = np.random.default_rng(2)
    base = RungZeroInputs(
        visits_per_month=10_000.0,
        net_sales_cents_per_month=67_700_000.0,
        order_value_cents=30_000.0,
        order_per_view=None,
        pages_per_click=None,
        hit_ratio=1.72 * np.exp(rng.normal(0, 0.05, N_DRAWS)),
        has_prices=True,
        revenue_variation=2.0,
        active_users_per_month=1_700.0,
        new_users_per_month=200.0,
    )
    return replace(base, **changes)


def answer(data=None, settings=SETTINGS):
    return value_rung_zero(data or inputs(), assume(settings, 1, N_DRAWS), settings)


def test_online_retail_gets_the_range_of_the_specification():
    """Section 4.10: +£4,500 a month (80 %: £100 to £16,800), 0.7 % of sales."""
    gain = answer().gain
    assert gain.p50 == pytest.approx(450_000, rel=0.05)
    assert gain.p90 == pytest.approx(1_680_000, rel=0.1)
    assert 0 < gain.p10 < 60_000
    assert answer().share_of_sales == pytest.approx(0.007, abs=0.0005)


def test_lists_no_better_than_bestsellers_earn_nothing_at_the_median():
    even = answer(inputs(hit_ratio=np.ones(N_DRAWS)))
    assert even.gain.p50 == pytest.approx(0.0, abs=2_000)
    assert even.gain.p10 < 0 < even.gain.p90


def test_worse_lists_lose_money_and_no_test_is_offered():
    worse = answer(inputs(hit_ratio=np.full(N_DRAWS, 0.5)))
    assert worse.gain.p50 < 0
    assert worse.test.users_per_arm is None
    assert worse.break_even.causal_share is None


def test_the_gain_is_linear_in_what_is_kept_of_a_sale():
    whole = answer().gain_draws
    third = answer(settings=RungZeroSettings(take_share=1 / 3)).gain_draws
    assert third == pytest.approx(whole / 3)


def test_without_a_causal_share_nothing_is_gained():
    none = answer(settings=RungZeroSettings(causal_share=0.0))
    assert (none.gain_draws == 0).all()
    assert none.attributed.p50 > 0


def test_at_the_break_even_the_median_gain_is_the_cost():
    settings = RungZeroSettings(cost_cents_per_month=300_000.0)
    found = answer(settings=settings).break_even
    at_share = replace(
        settings, causal_share=found.causal_share, pinned=frozenset(["causal_share"])
    )
    assert answer(settings=at_share).gain.p50 == pytest.approx(300_000, rel=1e-6)
    assumed = assume(settings, 1, N_DRAWS)
    exact = replace(assumed, log_ratio_error=np.zeros(N_DRAWS))
    at_ratio = inputs(hit_ratio=np.full(N_DRAWS, found.ratio))
    assert value_rung_zero(at_ratio, exact, settings).gain.p50 == pytest.approx(300_000, rel=1e-6)


def test_a_cost_above_all_sales_through_lists_has_no_break_even_ratio():
    assert answer(settings=RungZeroSettings(cost_cents_per_month=1e9)).break_even.ratio is None


def test_membership_is_withheld_but_for_the_members_to_win():
    settings = RungZeroSettings(cost_cents_per_month=90_000.0, membership_cents_per_month=900.0)
    found = answer(settings=settings)
    assert found.withheld["membership"] == "no_memberships"
    assert found.break_even.extra_members == pytest.approx(100.0)
    assert answer().break_even.extra_members is None


def test_views_give_sales_by_clicks_and_extra_pages_for_ads():
    views = inputs(order_per_view=np.full(N_DRAWS, 0.03), pages_per_click=np.full(N_DRAWS, 4.0))
    settings = RungZeroSettings(
        pinned=frozenset(["click_share", "causal_share"]), ads_cents_per_page=0.5
    )
    exact = replace(assume(settings, 1, N_DRAWS), log_ratio_error=np.zeros(N_DRAWS))
    found = value_rung_zero(replace(views, hit_ratio=np.full(N_DRAWS, 2.0)), exact, settings)
    clicks = 10_000 * 0.07
    assert found.variant == "views"
    assert found.gain.p50 == pytest.approx(0.2 * clicks * 0.03 * 30_000 * 0.5)
    assert found.extra_pages.p50 == pytest.approx(0.2 * clicks * 0.5 * 4)
    assert found.ads_gain.p50 == pytest.approx(found.extra_pages.p50 * 0.5)
    assert "ads" not in found.withheld


def test_a_log_without_prices_has_no_money_of_sales():
    found = answer(inputs(has_prices=False))
    assert found.gain is None and found.withheld["sales"] == "no_prices"
    assert found.ratio.p50 > 1


def test_moving_one_assumption_leaves_the_others_where_they_were():
    moved = assume(RungZeroSettings(causal_share=0.4), 1, 512)
    assert (moved.list_sales_share == assume(SETTINGS, 1, 512).list_sales_share).all()


def test_a_test_of_the_size_it_asks_for_sees_the_effect():
    arm = users_per_arm(0.05, 2.0)
    assert smallest_effect(2.0, arm) == pytest.approx(0.05, rel=1e-3)


def test_a_test_waits_for_newcomers_once_all_users_take_part():
    def weeks(users):
        return settling_test(
            effect=0.1,
            variation=1.0,
            users_per_month=users,
            new_users_per_month=100.0,
            gain_per_month=1000.0,
        ).weeks

    assert weeks(1e6) == 2
    assert weeks(3136.0) == 5
    assert weeks(1568.0) > 52


def test_hits_weigh_by_rank_and_rarity():
    lists = {
        "a": RankedPairs(
            user_row=np.array([0, 0, 1]), item_row=np.array([0, 1, 1]), rank=np.array([1, 2, 1])
        )
    }
    new = Pairs(user_row=np.array([0, 1, 1]), item_row=np.array([1, 0, 0]))
    sums = hit_rates(lists, new, np.array([16.0, 81.0]), 2, 10)
    assert sums.total == pytest.approx([1 / 27, 1 / 8])
    assert sums.found["a"] == pytest.approx([2**-0.8 / 27, 0.0])
    assert sums.rate("a") == pytest.approx(2**-0.8 / 27 / (1 / 27 + 1 / 8))


def test_lists_that_foresee_more_have_the_higher_ratio_in_draws():
    rng = np.random.default_rng(1)
    n_users, n_items = 600, 50
    truth = rng.integers(0, n_items, n_users)
    guess = np.where(rng.random(n_users) < 0.4, truth, rng.integers(0, n_items, n_users))
    users, ones = np.arange(n_users), np.ones(n_users, dtype=int)
    lists = {
        "ranked": RankedPairs(user_row=users, item_row=guess, rank=ones),
        "popularity": RankedPairs(user_row=users, item_row=truth[users // 10], rank=ones),
    }
    sums = hit_rates(lists, Pairs(user_row=users, item_row=truth), np.ones(n_items), n_users, 10)
    group = rng.integers(0, 128, n_users)
    draws = hit_ratio(sums, "ranked", "popularity", group, bootstrap_weights(1, 128))
    estimate = sums.rate("ranked") / sums.rate("popularity")
    assert (draws > 1).all()
    assert np.median(draws) == pytest.approx(estimate, rel=0.1)
    ones_draw = hit_ratio(sums, "ranked", "popularity", group, np.ones((1, 128)))
    assert ones_draw[0] == pytest.approx(estimate)


def test_a_handful_of_hits_is_no_ratio():
    one = np.array([0])
    lists = {"ranked": RankedPairs(user_row=one, item_row=one, rank=one + 1)}
    sums = hit_rates(lists, Pairs(user_row=one, item_row=one), np.ones(1), 1, 10)
    with pytest.raises(NotEnoughDataError) as raised:
        hit_ratio(sums, "ranked", "ranked", one, np.ones((1, 1)))
    assert raised.value.reason == "hits_few"


def base_log(view_count):
    n, months = 600, 3
    user = np.arange(n, dtype=np.int32) % 100
    at = np.linspace(0, months * MONTH_SECONDS - 1, n).astype(np.int64)
    order = (np.arange(n) % 4 == 0).astype(np.int64)
    visits = VisitLog(
        user_row=user,
        started_at=at,
        view_count=np.full(n, view_count),
        order_count=order,
        order_amount_cents=order * 2000,
        list_count=np.zeros(n, dtype=np.int64),
        list_click_count=np.zeros(n, dtype=np.int64),
    )
    takings = Takings(user_row=user, at=at, sales_cents=order * 2000.0, return_cents=order * 100.0)
    users = Users(
        segment=np.zeros(100, dtype=np.int32),
        group=np.arange(100, dtype=np.int32),
        first_at=np.zeros(100),
        counted=np.ones(100, dtype=bool),
    )
    return visits, takings, users, trailing_window(0.0, months * MONTH_SECONDS - 1)


def test_the_base_is_what_was_counted():
    weights = np.ones((4, 100))
    found = count_base(*base_log(4), hit_ratio=np.ones(4), weights=weights)
    assert found.visits_per_month == pytest.approx(200, abs=1)
    assert found.net_sales_cents_per_month == pytest.approx(50 * 1900, abs=1900)
    assert found.order_value_cents == 2000
    assert found.order_per_view == pytest.approx(np.full(4, 1 / 16))
    assert found.pages_per_click == pytest.approx(np.full(4, 2.5))
    assert found.has_prices


def test_a_log_of_orders_only_has_no_view_rates():
    found = count_base(*base_log(0), hit_ratio=np.ones(4), weights=np.ones((4, 100)))
    assert found.order_per_view is None and found.pages_per_click is None
