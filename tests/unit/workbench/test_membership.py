"""Members by hand and by law: steps that add up, curves that meet the page, who stays."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.business.membership import VIDEO_CHURN, cents_per_member_month, cohort_survival
from engine.evaluation.memberships import MONTH_SECONDS, MembershipLog, paid_stays, renewals
from engine.simulation.levers import with_lever
from engine.workbench import membership, pictures, pricing, survival
from engine.workbench.membership import PRICE
from engine.workbench.survival import LONGEST, Renewals
from tests.unit.simulation.builders import World, make_world, worlds
from tests.unit.workbench.inputs import inputs_of, range_inputs

few = settings(max_examples=25, deadline=None)


def answered(world: World):
    """Return inputs, scenario, and both outcomes of a world."""
    inputs = inputs_of(world)
    return inputs, world.scenario, pricing.quote(inputs, world.scenario).outcomes


def bridged(world: World):
    """Return the steps of a world's fees."""
    inputs = inputs_of(world)
    return membership.bridge(inputs, pricing.quote(inputs, world.scenario), world.scenario)


@few
@given(worlds())
def test_the_steps_add_up_to_the_last_month_to_the_cent(world):
    _, scenario, (found, _) = answered(world)

    steps = bridged(world)

    assert steps.start + steps.price + steps.joined + steps.left == steps.end
    months = pictures.model_months(found, "membership")["attributed"]
    assert steps.end == months.iloc[-1]
    rate = cents_per_member_month(scenario.membership)
    assert steps.joined == pytest.approx(rate * found.volumes.new_members.mean(axis=0).sum(), abs=2)
    assert steps.joined >= 0 >= steps.left


@few
@given(worlds())
def test_todays_price_moves_no_step_and_a_new_one_only_its_own(world):
    today = world.people.membership_price_today_cents
    same = world.with_levers(membership__price_cents=today)
    twice = world.with_levers(membership__price_cents=2 * today)

    steps, dear = bridged(same), bridged(twice)

    assert steps.price == pytest.approx(0, abs=1)
    assert dear.start == pytest.approx(steps.start, abs=1)
    assert dear.price == pytest.approx(steps.start, abs=2)


@few
@given(worlds())
def test_months_of_members_hang_together(world):
    months = membership.flows(answered(world)[2][0])

    assert np.allclose(months["before"] + months["joining"], months["members"])
    later = (months["members"] - months["leaving"]).to_numpy()[:-1]
    assert np.allclose(later, months["before"].to_numpy()[1:])
    assert months["before"].iloc[0] == pytest.approx(world.people.members.sum(axis=(1, 2)).mean())


@few
@given(worlds())
def test_the_price_curve_passes_through_the_fees_of_the_page(world):
    inputs, scenario, (found, _) = answered(world)
    responses = membership.price_responses(inputs, membership.without_price(scenario))

    curve = membership.price_curve(responses, found, scenario)

    here = curve.prices.index(scenario.membership.price_cents)
    fees = found.membership.attributed.sum(axis=(1, 2))
    assert curve.fees[here].p50 == pytest.approx(np.median(fees))
    others = (found.ads.incremental + found.sales.incremental).sum(axis=(1, 2))
    assert curve.total[here].p10 == pytest.approx(np.quantile(fees + others, 0.1))
    assert curve.members[here].p50 == pytest.approx(np.median(found.volumes.members[:, -1]))
    assert list(curve.prices) == sorted(curve.prices)


@few
@given(worlds(), st.integers(0, membership.PRICES + 1), st.sampled_from([0.0, 0.03, 0.3]))
def test_every_point_is_what_the_page_would_say_at_that_price(world, point, fee):
    world = world.with_levers(membership__fee_rate=fee)
    inputs, scenario, (found, _) = answered(world)
    inputs = replace(inputs, tested={PRICE: (150.0, 2_700.0)})
    responses = membership.price_responses(inputs, membership.without_price(scenario))
    price = responses.prices[point]
    moved = with_lever(scenario, PRICE, price)

    curve = membership.price_curve(responses, found, scenario)

    there = pricing.quote(inputs, moved).outcomes[0]
    fees = there.membership.attributed.sum(axis=(1, 2))
    assert curve.fees[curve.prices.index(price)].p90 == pytest.approx(np.quantile(fees, 0.9))
    assert membership.at_price(curve, price)[0].p90 == pytest.approx(np.quantile(fees, 0.9))
    assert {150.0, 2_700.0} <= set(curve.prices)


@few
@given(worlds())
def test_a_higher_price_never_wins_a_member(world):
    prices = [300.0, 600.0, 1_200.0]
    people = []
    for price in prices:
        inputs, _, outcomes = answered(world.with_levers(membership__price_cents=price))
        people.append(membership.members(inputs, *outcomes))

    assert people[0].joining.p50 >= people[1].joining.p50 >= people[2].joining.p50
    assert people[0].end.p50 >= people[1].end.p50 >= people[2].end.p50


def test_nobody_is_kept_by_lists_that_are_the_same():
    inputs, _, (found, _) = answered(make_world(3, 6, 1.0, 1.0))

    people = membership.members(inputs, found, found)

    assert (people.kept.p10, people.kept.p50, people.kept.p90) == (0.0, 0.0, 0.0)
    assert 0.0 < people.churn.p50 < 1.0


def test_neither_price_nor_fee_moves_what_a_curve_is_simulated_for():
    scenario = make_world(1, 4, 0.0, 1.0).scenario
    dear = with_lever(with_lever(scenario, PRICE, 2_500.0), "membership.fee_rate", 0.2)
    other = with_lever(scenario, "reaction.churn_per_price", 1.5)

    assert membership.without_price(scenario) == membership.without_price(dear)
    assert membership.without_price(scenario) != membership.without_price(other)


def test_prices_of_a_curve_surround_todays_and_hold_it():
    inputs, scenario, _ = answered(make_world(2, 3, 0.0, 1.0))
    today = inputs.collapsed["ranked"].population.membership_price_today_cents

    prices = membership.price_responses(inputs, membership.without_price(scenario)).prices

    assert prices[len(prices) // 2] == pytest.approx(today)
    assert prices[0] == pytest.approx(today / membership.PRICE_SPAN)


def test_members_that_pay_for_the_lists_are_cost_over_price():
    scenario = make_world(1, 4, 0.0, 1.0).scenario
    paid = with_lever(with_lever(scenario, PRICE, 500.0), "economics.cost_cents_per_month", 1e5)

    assert membership.members_to_pay(paid) == 200.0
    assert membership.members_to_pay(scenario) is None
    found = pricing.quote(range_inputs(), paid).simulation
    assert found.break_even["extra_members"] == membership.members_to_pay(paid)


def test_a_log_without_conversions_has_no_members():
    world = make_world(4, 3, 0.0, 1.0)

    assert membership.has_members(inputs_of(world))
    assert not membership.has_members(inputs_of(world.with_people(conversion=None)))
    assert not membership.has_members(range_inputs())


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

    paying = answered(world)[2][0].volumes.members
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
