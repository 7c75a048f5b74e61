"""Reactions to arms drawn by lot: found where they are known, and only where a lot drew."""

from dataclasses import replace

import numpy as np
import pytest

from engine.business.ads import RAMP_MONTHS
from engine.evaluation.arms import ArmLog
from engine.evaluation.examination import Examination
from engine.evaluation.memberships import MONTH_SECONDS, MembershipLog
from engine.evaluation.reactions import (
    AD_LOAD,
    MEMBERSHIP_PRICE,
    PRICE,
    ReactionData,
    reactions,
)
from engine.evaluation.usage import Shown, Users, VisitLog, trailing_window
from engine.evaluation.weights import bootstrap_weights

N_USERS, N_GROUPS, N_MONTHS, K = 1_500, 256, 6, 5
USE_LOSS, UPGRADE, PRICE_SLOPE, JOIN_SLOPE, LEAVE_SLOPE = 0.08, 0.15, 1.6, 1.2, 0.7
WORLDS = 60
WEIGHTS = bootstrap_weights(1, N_GROUPS, 400)
TRUTH = {
    "reaction.use_loss_per_ad": USE_LOSS,
    "reaction.upgrade_per_ad": UPGRADE,
    "reaction.price_elasticity": PRICE_SLOPE,
    "reaction.membership_elasticity": JOIN_SLOPE,
    "reaction.churn_per_price": LEAVE_SLOPE,
}


def a_log(seed: int, n_users: int = N_USERS, *, come_back: bool = True) -> ReactionData:
    """People who react as written above; lists have five slots, so an ad counts twice."""
    rng = np.random.default_rng(seed)
    ads, ratio, fee = (
        rng.choice(arms, n_users) for arms in ([0.0, 1.0, 2.0], [0.8, 1.0, 1.25], [4.0, 5.0, 7.0])
    )
    felt = -np.expm1(-(np.arange(N_MONTHS) + 0.5) / RAMP_MONTHS)[:, None] * ads * 10 / K
    memberships, is_member = _memberships(rng, felt, np.log(fee / 5.0), come_back=come_back)
    # members of this world come as well, but see no ads
    rate = rng.gamma(2.0, 2.0, n_users) * np.exp(np.where(is_member, 0.0, -USE_LOSS * felt))
    visits = rng.poisson(rate)
    month, user = (np.repeat(index.ravel(), visits.ravel()) for index in np.indices(rate.shape))
    at = ((month + rng.random(len(user))) * MONTH_SECONDS).astype(np.int64)
    theta = 1.0 / np.arange(1, K + 1)
    return ReactionData(
        users=Users(
            segment=np.zeros(n_users, dtype=np.int32),
            group=rng.integers(0, N_GROUPS, n_users).astype(np.int32),
            first_at=np.zeros(n_users),
            counted=np.ones(n_users, dtype=bool),
        ),
        visits=_visits(user.astype(np.int32), at, rng.poisson(0.2 * ratio[user] ** -PRICE_SLOPE)),
        shown=_shown(user.astype(np.int32), at),
        memberships=memberships,
        window=trailing_window(0.0, N_MONTHS * MONTH_SECONDS - 1.0),
        examination=Examination(
            point=theta, draws=np.tile(theta, (len(WEIGHTS), 1)), method="randomised"
        ),
        n_groups=N_GROUPS,
        arms={AD_LOAD: _arms(ads), PRICE: _arms(ratio), MEMBERSHIP_PRICE: _arms(fee)},
    )


def _arms(arm: np.ndarray) -> ArmLog:
    """Everybody in an arm, all of the time."""
    return ArmLog(
        user_row=np.arange(len(arm), dtype=np.int32),
        arm=arm,
        started_at=np.zeros(len(arm)),
        ended_at=np.full(len(arm), np.inf),
    )


def _visits(user: np.ndarray, at: np.ndarray, orders: np.ndarray) -> VisitLog:
    """Visits with a list and three item pages each."""
    size = len(user)
    return VisitLog(
        user_row=user,
        started_at=at,
        view_count=np.full(size, 3),
        order_count=orders,
        order_amount_cents=orders * 100,
        list_count=np.ones(size, dtype=np.int64),
        list_click_count=np.ones(size, dtype=np.int64),
    )


def _shown(user: np.ndarray, at: np.ndarray) -> Shown:
    """One list of each visit, without ads."""
    size = len(user) * K
    return Shown(
        user_row=np.repeat(user, K),
        at=np.repeat(at, K),
        is_ad=np.zeros(size, dtype=bool),
        clicked=np.zeros(size, dtype=bool),
        position=np.tile(np.arange(1, K + 1, dtype=np.int32), len(user)),
        viewable=np.full(size, np.nan),
    )


def _memberships(
    rng: np.random.Generator, felt: np.ndarray, log_fee: np.ndarray, *, come_back: bool
) -> tuple[MembershipLog, np.ndarray]:
    """Return paid periods, and who is a member in each month; who left may or may not come back."""
    is_member = np.zeros(felt.shape, dtype=bool)
    until = np.zeros(felt.shape[1])
    user, begin, end = [], [], []
    leave = 0.25 * np.exp(LEAVE_SLOPE * log_fee)
    for month, ads in enumerate(felt):
        is_member[month] = until > month
        odds = 0.12 * np.exp(UPGRADE * ads - JOIN_SLOPE * log_fee)
        may = ~is_member[month] if come_back else until == 0.0
        joins = may & (rng.random(len(ads)) < odds / (1.0 + odds))
        # at the month's end, so that its whole time was without a membership
        stayed = rng.geometric(leave / (1.0 + leave))
        until = np.where(joins, month + 1 + stayed, until)
        user.append(np.flatnonzero(joins))
        begin.append(np.full(joins.sum(), (month + 1.0) * MONTH_SECONDS - 60.0))
        end.append(begin[-1] + stayed[joins] * MONTH_SECONDS)
    rows, ended = np.concatenate(user), np.concatenate(end)
    log = MembershipLog(
        user_row=rows.astype(np.int32),
        started_at=np.concatenate(begin),
        ended_at=np.where(ended < len(felt) * MONTH_SECONDS, ended, np.nan),
        price_cents=np.full(len(rows), 500.0),
        is_trial=np.zeros(len(rows), dtype=bool),
    )
    return log, is_member


@pytest.fixture(scope="module")
def found_in_worlds():
    """What 60 worlds say: lever -> low and high end of 90 % of the draws."""
    ends: dict[str, list[np.ndarray]] = {key: [] for key in TRUTH}
    for seed in range(WORLDS):
        told = reactions(a_log(seed), WEIGHTS)
        for key, one in told.items():
            ends[key].append(np.quantile(one.draws, (0.05, 0.95)))
    return {key: np.array(rows) for key, rows in ends.items()}


@pytest.mark.parametrize("key", sorted(TRUTH))
def test_intervals_cover_the_truth_as_often_as_they_say(found_in_worlds, key: str) -> None:
    low, high = found_in_worlds[key].T
    assert len(low) == WORLDS
    assert 0.8 <= ((low <= TRUTH[key]) & (TRUTH[key] <= high)).mean() <= 0.98


@pytest.mark.parametrize("key", sorted(TRUTH))
def test_the_mean_of_many_worlds_is_the_truth(found_in_worlds, key: str) -> None:
    middle = found_in_worlds[key].mean(axis=1)
    error = middle.std() / np.sqrt(len(middle))
    assert abs(middle.mean() - TRUTH[key]) < 3.5 * error


def test_members_who_left_for_good_do_not_hide_what_the_price_does() -> None:
    """Where it is low more have joined and left; they are no longer among those who may join."""
    key, found = "reaction.membership_elasticity", []
    for seed in range(20):
        found.append(reactions(a_log(seed, 4_000, come_back=False), WEIGHTS)[key].draws.mean())
    assert abs(np.mean(found) - JOIN_SLOPE) < 3.5 * np.std(found) / np.sqrt(len(found))


def test_it_says_how_it_was_found() -> None:
    found = reactions(a_log(1), WEIGHTS)["reaction.price_elasticity"]
    assert (found.experiment, found.arms, found.users) == (PRICE, 3, N_USERS)
    assert found.draws.std() == pytest.approx(found.error, rel=0.2)


def test_without_arms_prices_that_differ_say_nothing() -> None:
    assert reactions(replace(a_log(1), arms={}), WEIGHTS) == {}


def test_an_experiment_speaks_of_its_own_reactions_only() -> None:
    log = a_log(1)
    only = replace(log, arms={PRICE: log.arms[PRICE]})
    assert set(reactions(only, WEIGHTS)) == {"reaction.price_elasticity"}
    silent = replace(log, memberships=None)
    assert set(reactions(silent, WEIGHTS)) == {
        "reaction.price_elasticity",
        "reaction.use_loss_per_ad",
    }


def test_a_log_without_lists_counts_orders_over_item_pages() -> None:
    log = a_log(2)
    nothing = {
        name: getattr(log.shown, name)[:0]
        for name in ("user_row", "at", "is_ad", "clicked", "position", "viewable")
    }
    found = reactions(replace(log, shown=Shown(**nothing)), WEIGHTS)["reaction.price_elasticity"]
    assert abs(found.draws.mean() - PRICE_SLOPE) < 3.0 * found.error


def test_an_ad_of_a_shorter_list_weighs_more() -> None:
    log = a_log(3)
    theta = np.ones((len(WEIGHTS), 2 * K))
    longer = replace(log, examination=Examination(point=theta[0], draws=theta, method="randomised"))
    key = "reaction.use_loss_per_ad"
    short, long = (reactions(one, WEIGHTS)[key].draws for one in (log, longer))
    np.testing.assert_allclose(long, 2.0 * short, rtol=1e-6)


def test_the_same_log_gives_the_same_bits() -> None:
    first, second = (reactions(a_log(4), WEIGHTS) for _ in range(2))
    assert {key: one.draws.tobytes() for key, one in first.items()} == {
        key: one.draws.tobytes() for key, one in second.items()
    }
