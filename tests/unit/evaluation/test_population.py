from dataclasses import replace

import numpy as np
import pytest

from engine.evaluation.examination import Examination
from engine.evaluation.population import build_population
from engine.evaluation.segments import segments_of_users
from engine.evaluation.usage import (
    keep_books,
    trailing_window,
)

K = 4


@pytest.fixture(scope="module")
def population(data, weights):
    theta = np.arange(1, K + 1) ** -1.0
    looked = Examination(point=theta, draws=np.tile(theta, (len(weights), 1)), method="randomised")
    return build_population(data, looked, weights)


def month_books(data):
    return keep_books(
        data.visits, data.takings, data.shown, data.memberships, data.users, data.window
    )


def test_members_are_counted_by_renewals_survived(population):
    by_tenure = population.members.sum(axis=1).mean(axis=0)
    assert by_tenure[2] == pytest.approx(30, rel=0.1)
    assert by_tenure[7] == pytest.approx(270, rel=0.05)
    assert by_tenure.sum() == pytest.approx(300, rel=0.05)


def test_visits_of_the_population_are_those_in_the_books(data, population):
    free = (population.free_users * population.sessions_free).sum(axis=1)
    paying = population.members.sum(axis=2)
    member = (paying * population.sessions_member).sum(axis=1)
    assert np.median(free + member) == pytest.approx(month_books(data).sessions, rel=0.02)


def test_rates_are_those_the_log_was_made_with(population):
    assert population.lists_per_session == pytest.approx(np.full(512, 2.0))
    assert population.return_rate == pytest.approx(np.full(512, 0.07))
    assert population.list_view_share == pytest.approx(np.full(512, 0.2))
    # shape 2 and mean 6, of those with a visit in the month
    assert population.session_dispersion == pytest.approx(2.46, rel=0.15)
    assert population.viewability.mean(axis=0) == pytest.approx(0.7 / np.arange(1, K + 1), rel=0.1)
    assert population.membership_price_today_cents == 900.0


def test_members_do_not_dilute_the_ads_of_free_users(population):
    assert population.ad_slots_today == pytest.approx(0.5, rel=0.01)


def test_newcomers_are_those_who_came_in_the_window(population):
    assert population.acquired_users.sum(axis=1).mean() == pytest.approx(100 / 3, rel=0.1)


def test_conversion_is_the_share_of_free_users_who_start_to_pay(population):
    assert population.conversion.mean() == pytest.approx(30 / 3 / 1700, rel=0.25)
    assert population.churn_alpha_beta is None  # nobody ever left


def test_those_who_stop_coming_are_lost_and_no_longer_free(data, weights):
    gone = (data.visits.user_row % 5 == 0) & (data.visits.started_at >= data.window.month_begin)
    left = replace(data, visits=data.visits.rows(~gone))
    ones = np.ones((1, K))
    looked = Examination(point=ones[0], draws=np.repeat(ones, 512, axis=0), method="no_positions")
    people = build_population(left, looked, weights)
    assert people.attrition.mean() == pytest.approx(0.2, abs=0.05)
    assert people.lapsed_users.sum(axis=1).mean() > 300


def test_a_log_without_memberships_has_no_conversion(data, weights):
    looked = Examination(point=np.ones(K), draws=np.ones((512, K)), method="no_positions")
    people = build_population(replace(data, memberships=None), looked, weights)
    assert people.conversion is None
    assert people.membership_price_today_cents is None
    assert people.members.sum() == 0
    assert month_books(replace(data, memberships=None)).members == 0


def test_bots_are_in_no_figure(data, weights):
    users = replace(data.users, counted=np.zeros_like(data.users.counted))
    assert month_books(replace(data, users=users)).sessions == 0


def test_books_are_counted_to_the_cent(data):
    books = month_books(data)
    inside = (data.visits.started_at >= data.window.month_begin).sum()
    assert books.gross_sales_cents == 100 * inside
    assert books.net_sales_cents == books.gross_sales_cents - books.return_cents == 93 * inside
    assert books.lists == 2 * inside
    assert books.membership_cents == 270_000
    assert books.days == pytest.approx(30.4375)


def test_a_log_shorter_than_a_month_is_counted_whole():
    window = trailing_window(1000.0, 1000.0 + 10 * 86_400)
    assert window.begin == pytest.approx(window.log_begin)
    assert window.months == pytest.approx(10 / 30.4375, rel=0.01)


def test_small_segments_are_put_together():
    names = [f"s{row % 10}" for row in range(100)] + ["s1"] * 5 + [None]
    segments = segments_of_users(names, ["light"] * 106)
    assert len(segments.names) == 8
    assert segments.names[0] == "s0 / light" and segments.names[-1] == "other / light"
    assert segments.of_user[-1] == 7


def test_without_segments_everyone_is_told_apart_by_activity():
    segments = segments_of_users(None, ["heavy", "light", "regular"])
    assert segments.names == ("all / light", "all / regular", "all / heavy")
    assert segments.of_user.tolist() == [2, 0, 1]
