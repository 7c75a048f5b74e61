"""How long members stay: counted by hand, fitted by law."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.business.membership import VIDEO_CHURN, cohort_survival
from engine.evaluation.memberships import MONTH_SECONDS, MembershipLog, paid_stays, renewals
from engine.simulation.levers import with_lever
from engine.workbench import survival
from engine.workbench.membership import PRICE
from engine.workbench.survival import LONGEST, Renewals
from tests.unit.simulation.builders import make_world, worlds
from tests.unit.workbench.inputs import inputs_of, range_inputs

few = settings(max_examples=25, deadline=None)


def ten_members() -> Renewals:
    """Ten who started at the log's begin; months paid, and whether they left, below."""
    paid = np.array([1, 1, 2, 3, 3, 3, 4, 4, 4, 4], dtype=float)
    left = np.array([1, 1, 1, 1, 0, 0, 0, 0, 0, 0], dtype=bool)
    seen_until = 4 * MONTH_SECONDS + 60.0
    started = np.where(left, 0.0, seen_until - 60.0 - paid * MONTH_SECONDS)
    log = MembershipLog(
        user_row=np.arange(10, dtype=np.int32),
        started_at=started,
        ended_at=np.where(left, paid * MONTH_SECONDS, np.nan),
        price_cents=np.full(10, 500.0),
        is_trial=np.zeros(10, dtype=bool),
    )
    at_risk, lost = renewals(paid_stays(log), np.zeros(10, dtype=int), 1, (0.0, seen_until))
    return Renewals(at_risk=tuple(at_risk[0]), lost=tuple(lost[0]))


def test_ten_members_stay_as_worked_out_by_hand(monkeypatch):
    """At risk 10, 8, 7, 4; lost 2, 1, 1, 0: two who came to the third are followed no longer."""
    monkeypatch.setattr(survival, "FEWEST_AT_RISK", 1)

    found = survival.observed(ten_members())

    assert found["renewal"].tolist() == [1, 2, 3, 4]
    assert found["at_risk"].tolist() == [10, 8, 7, 4]
    assert found["lost"].tolist() == [2, 1, 1, 0]
    assert found["stayed"].tolist() == pytest.approx([0.8, 0.7, 0.6, 0.6])
    # ln(-ln .8) ± 1.2816 √(2/80) / ln .8 at the first renewal
    spread = 1.2815515655446004 * np.sqrt(2 / 80) / np.log(0.8)
    assert found["low"][0] == pytest.approx(0.8 ** np.exp(-spread))
    assert found["high"][0] == pytest.approx(0.8 ** np.exp(spread))


def test_few_members_are_not_shown():
    assert survival.observed(Renewals(at_risk=(9, 5), lost=(2, 1))) is None
    found = survival.observed(Renewals(at_risk=(30, 12, 9, 20), lost=(5, 1, 0, 1)))
    assert found["renewal"].tolist() == [1, 2]


@few
@given(st.lists(st.tuples(st.integers(10, 500), st.floats(0, 1)), min_size=1, max_size=30))
def test_counted_shares_fall_and_lie_in_their_intervals(rows):
    seen = Renewals(
        at_risk=tuple(n for n, _ in rows), lost=tuple(int(n * share) for n, share in rows)
    )

    found = survival.observed(seen)

    assert (found["stayed"].diff().dropna() <= 0).all()
    assert (found["low"] <= found["stayed"]).all() and (found["stayed"] <= found["high"]).all()
    assert found[["low", "high"]].stack().between(0.0, 1.0).all()
    assert (found["high"] - found["low"] > 0).all() or found["stayed"].eq(0).any()


def test_where_all_or_none_left_the_interval_is_that_of_none_out_of_ten():
    none, everyone = (
        survival.observed(Renewals(at_risk=(10,), lost=(lost,))).iloc[0] for lost in (0, 10)
    )

    assert (none["low"], none["stayed"], none["high"]) == (pytest.approx(0.1**0.1), 1.0, 1.0)
    assert (everyone["low"], everyone["stayed"]) == (0.0, 0.0)
    assert everyone["high"] == pytest.approx(1.0 - 0.1**0.1)


def test_more_members_make_a_narrower_interval():
    few_seen, many = (
        survival.observed(Renewals(at_risk=(20 * n, 10 * n), lost=(0, 3 * n))) for n in (1, 25)
    )

    assert ((few_seen["high"] - few_seen["low"]) > (many["high"] - many["low"])).all()


def test_churn_of_premium_video_is_the_published_one():
    """8.6 % a month in the first year (Antenna 2023), lost members over months paid for."""
    alpha, beta = (np.array([value]) for value in VIDEO_CHURN)
    stayed = cohort_survival(alpha, beta, np.zeros((LONGEST, 1)))[0]

    assert survival.churn_a_month(stayed)[0] == pytest.approx(0.086, abs=5e-4)


def test_the_log_is_fitted_where_it_can_be_and_said_to_be_assumed_where_not():
    many = Renewals(at_risk=(400, 200, 120), lost=(80, 30, 12))
    scenario = range_inputs().default_scenario

    fitted = survival.staying(range_inputs(), scenario, many)
    assumed = survival.staying(range_inputs(), scenario, None)

    assert not fitted.is_assumed and assumed.is_assumed
    assert fitted.fitted[1].p50 == pytest.approx(0.8, abs=0.03)
    assert fitted.expected == () == assumed.expected
    assert assumed.churn == assumed.churn_fitted


@few
@given(worlds())
def test_without_reactions_new_members_stay_as_in_the_log(world):
    world = world.with_levers(
        membership__price_cents=world.people.membership_price_today_cents,
        reaction__churn_per_quality=0.0,
    ).pinned()

    found = survival.staying(inputs_of(world), world.scenario, None)

    middle = [share.p50 for share in found.expected]
    assert middle == pytest.approx([share.p50 for share in found.fitted])
    assert len(middle) == LONGEST + 1 and middle[0] == 1.0


@few
@given(worlds())
def test_members_who_just_joined_leave_as_the_curve_says(world):
    """The curve is drawn from the same draws as the page's months."""
    people = world.people
    world = world.with_people(
        members=people.members[:, :, :1] + 1.0, conversion=np.full(people.free_users.shape, 1e-13)
    )

    found = survival.staying(inputs_of(world), world.scenario, None)

    paying = world.simulate().volumes.members
    shares = np.quantile(paying / paying[:, :1], (0.1, 0.5, 0.9), axis=0).T
    months = found.expected[: len(shares)]
    drawn = [(month.p10, month.p50, month.p90) for month in months]
    assert np.allclose(drawn, shares[: len(drawn)], rtol=1e-6)


@few
@given(worlds())
def test_a_higher_price_never_keeps_a_member_longer(world):
    inputs = inputs_of(world)
    cheap, dear = (
        survival.staying(inputs, with_lever(world.scenario, PRICE, price), None)
        for price in (300.0, 900.0)
    )

    assert all(a.p50 >= b.p50 for a, b in zip(cheap.expected, dear.expected, strict=True))
    assert dear.churn.p50 >= cheap.churn.p50
    assert dear.churn_fitted == cheap.churn_fitted


def test_a_world_where_nobody_is_a_member_yet_still_tells_how_long_they_would_stay():
    world = make_world(5, 4, 0.0, 1.0)
    empty = world.with_people(members=np.zeros_like(world.people.members))

    found = survival.staying(inputs_of(empty), empty.scenario, None)

    assert 0.0 < found.expected[LONGEST].p50 < found.expected[1].p50 < 1.0
