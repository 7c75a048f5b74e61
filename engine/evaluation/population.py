"""Who uses the product, how much, and how their number moves: counted, in draws."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.business.membership import MembershipScenario
from engine.evaluation import ageing
from engine.evaluation.arms import ArmLog
from engine.evaluation.churn import churn_draws
from engine.evaluation.counter import SHRINK_USERS, Counter, ratio
from engine.evaluation.examination import Examination
from engine.evaluation.incrementality import HoldoutSums, causal_share
from engine.evaluation.joining import Trials, joining, seen_trials, share_with_ads
from engine.evaluation.memberships import (
    LONGEST_TENURE,
    MONTH_SECONDS,
    MembershipLog,
    Stays,
    paid_stays,
    renewals,
    tenure_months,
)
from engine.evaluation.reactions import reactions_of
from engine.evaluation.usage import (
    Shown,
    Takings,
    Users,
    VisitLog,
    Window,
    members_at,
    only_counted,
)
from engine.evaluation.viewability import measured_viewability
from engine.evaluation.weights import group_sums, of_known_size, rate_by_segment, shrunk_share
from engine.tensor import Floats, Population

ASSUMED_RETURN = MembershipScenario().resubscription_rate
"""Lapsed users who come back in a month under the simulation's default.

Attrition is raised by them, so that the number of users moves as it did in the log.
"""


@dataclass(frozen=True, kw_only=True, eq=False)
class PopulationData:
    """What a population is counted from."""

    users: Users
    segments: tuple[str, ...]
    visits: VisitLog
    takings: Takings
    shown: Shown
    memberships: MembershipLog | None
    """None when the log holds no membership at all."""
    window: Window
    has_prices: bool
    has_unit_costs: bool
    holdout: HoldoutSums | None = None
    """None when the log holds no assignment to lists or none."""
    arms: Mapping[str, ArmLog] = field(default_factory=dict)
    """Experiment -> users in arms of ads or prices."""


def build_population(data: PopulationData, examination: Examination, weights: Floats) -> Population:
    """Return the population at the end of the log.

    Parameters
    ----------
    weights : ndarray of shape (B, n_groups)
        The bootstrap weights that every other statistic uses.

    Notes
    -----
    Active: with a visit in the trailing month. Free: active without a paid membership.
    Visits, lists and ads are those of the trailing month, so that they add up to the books.
    """
    weights = of_known_size(weights, data.users.group[data.users.counted])
    count = Counter(users=data.users, n_segments=len(data.segments), weights=weights)
    visits = only_counted(data.visits, data.users)
    recent = visits.between(data.window.begin, data.window.end)
    month = visits.between(data.window.month_begin, data.window.end)
    stays = None if data.memberships is None else paid_stays(data.memberships)
    trials = None if data.memberships is None else seen_trials(data.memberships, data.window)
    state = _state(data, visits, stays, trials)
    free = count.of(state.free)
    members = _members(data, count, stays)
    use = _visits_a_month(data, visits)
    extra = None if data.holdout is None else causal_share(data.holdout, weights)
    return Population(
        segments=data.segments,
        free_users=free,
        members=members,
        lapsed_users=count.of(state.lapsed),
        acquired_users=_acquired(data, count),
        sessions_free=rate_by_segment(count.total(use * state.free), free),
        sessions_member=rate_by_segment(count.total(use * state.member), members.sum(axis=2)),
        lists_per_session=ratio(count, month.user_row, month.list_count, None),
        session_dispersion=_dispersion(data, visits, state),
        examination=examination.draws,
        viewability=measured_viewability(data.shown, data.users, examination, weights),
        return_rate=_return_rate(data, count),
        **_joining(data, count, visits, state, (stays, trials)),
        attrition=_attrition(data, count, visits, state),
        churn_alpha_beta=_churn(data, stays, weights),
        list_view_share=_list_view_share(count, recent),
        causal_share=extra,
        causal_share_error=0.0 if extra is None else float(extra.std()),
        reactions=reactions_of(data, examination, weights),
        ad_slots_today=_ads_per_list(data, month, state),
        membership_price_today_cents=_price_today(data, stays),
        has_prices=data.has_prices,
        has_unit_costs=data.has_unit_costs,
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class _State:
    """Who is what at the end of the log; arrays of shape (n_users,)."""

    free: NDArray[np.bool_]
    member: NDArray[np.bool_]
    lapsed: NDArray[np.bool_]
    trial: NDArray[np.bool_]
    """Those of the free ones who are in trial."""


def _state(
    data: PopulationData, visits: VisitLog, stays: Stays | None, trials: Trials | None
) -> _State:
    end = data.window.end
    active = _active(data, visits, data.window.month_begin, end)
    member = np.zeros_like(active) if stays is None else members_at(stays, data.users, end)[0]
    known = data.users.counted & (data.users.first_at < data.window.month_begin)
    free = active & ~member
    trial = np.zeros_like(free) if trials is None else free & trials.running(end, len(free))
    return _State(free=free, member=member, lapsed=known & ~active & ~member, trial=trial)


def _active(data: PopulationData, visits: VisitLog, begin: float, end: float) -> NDArray[np.bool_]:
    chosen = np.zeros(len(data.users.group), dtype=bool)
    chosen[visits.between(begin, end).user_row] = True
    return chosen


def _members(data: PopulationData, count: Counter, stays: Stays | None) -> Floats:
    """Return members by segment and tenure, of shape (B, G, A)."""
    n_segments, n_groups = count.n_segments, count.weights.shape[1]
    if stays is None:
        return np.zeros((len(count.weights), n_segments, 1))
    paying = stays.paying(data.window.end - 1.0) & data.users.counted[stays.user_row]
    user = stays.user_row[paying]
    tenure = tenure_months(stays, data.window.end)[paying]
    cell = data.users.segment[user].astype(np.int64) * LONGEST_TENURE + tenure
    shape = (n_groups, n_segments * LONGEST_TENURE)
    sums = group_sums(data.users.group[user], cell, np.ones(len(user)), shape)
    return np.asarray((count.weights @ sums).reshape(-1, n_segments, LONGEST_TENURE))


def _acquired(data: PopulationData, count: Counter) -> Floats:
    """Return new users a month; a log's first month cannot tell new from known ones."""
    window = data.window
    begin = max(window.begin, min(window.log_begin + MONTH_SECONDS, window.month_begin))
    first = data.users.first_at
    fresh = data.users.counted & (first >= begin) & (first < window.end)
    return count.of(fresh) / max((window.end - begin) / MONTH_SECONDS, 1e-9)


def _visits_a_month(data: PopulationData, visits: VisitLog) -> Floats:
    """Return visits of every user in the trailing month, of shape (n_users,).

    One month and no more, so that users times rate is what the books count. A shorter
    log is scaled up to a month.
    """
    begin, end = data.window.month_begin, data.window.end
    counts = np.bincount(visits.between(begin, end).user_row, minlength=len(data.users.group))
    return np.asarray(counts * MONTH_SECONDS / (end - begin), dtype=np.float64)


def _dispersion(data: PopulationData, visits: VisitLog, state: _State) -> float:
    """Return the gamma shape of the visit rates of free users in the trailing month."""
    month = visits.between(data.window.month_begin, data.window.end)
    counts = np.bincount(month.user_row, minlength=len(state.free))[state.free]
    if len(counts) < 2:
        return float("inf")
    extra = counts.var(ddof=1) - counts.mean()
    return float(counts.mean() ** 2 / extra) if extra > 0 else float("inf")


def _return_rate(data: PopulationData, count: Counter) -> Floats:
    """Return what comes back of what is sold, from all of the log."""
    keep = data.users.counted[data.takings.user_row]
    user = data.takings.user_row[keep]
    share = ratio(count, user, data.takings.return_cents[keep], data.takings.sales_cents[keep])
    return np.clip(share, 0.0, 1.0)


def _list_view_share(count: Counter, recent: VisitLog) -> Floats | None:
    """Return clicks on lists over item views; None when the log has no views or no lists."""
    if recent.view_count.sum() == 0 or recent.list_click_count.sum() == 0:
        return None
    share = ratio(count, recent.user_row, recent.list_click_count, recent.view_count)
    return np.clip(share, 0.0, 1.0)


def _ads_per_list(data: PopulationData, month: VisitLog, state: _State) -> float:
    """Return ads per list of those who neither pay nor are in trial, in the trailing month.

    Some in trial now saw ads before, some others saw none while in trial: all ads of the
    month over the lists of one month of trials add up to the books.
    """
    ads = data.shown.is_ad & (data.shown.at >= data.window.month_begin)
    ads &= data.shown.at < data.window.end
    user = data.shown.user_row[ads]
    ads_free = int((data.users.counted[user] & ~state.member[user]).sum())
    lists = int(month.list_count[~state.member[month.user_row]].sum())
    use = np.bincount(month.user_row, minlength=len(state.free)) * state.free
    who = (data.users.segment, len(data.segments))
    lists_with_ads = lists * share_with_ads(use, state.free, state.trial, *who)
    return ads_free / lists_with_ads if lists_with_ads else 0.0


def _joining(
    data: PopulationData,
    count: Counter,
    visits: VisitLog,
    state: _State,
    stays: tuple[Stays | None, Trials | None],
) -> dict[str, Any]:
    """Return how free users become members; None of it without membership rows."""
    paid, trials = stays
    if paid is None or len(paid.user_row) == 0:
        return {"conversion": None}
    waiting = state.free & ~state.trial
    found = joining(data.window, count, paid, trials, waiting, state.trial)
    size = count.weights.shape[1]
    chance = found["conversion"]
    if found.get("trial_start_rate") is not None:
        chance = chance + found["trial_start_rate"]
    free, loss = count.of(waiting), _attrition(data, count, visits, state)
    rates = ageing.mean_over(chance, free), ageing.mean_over(loss, free)
    ages = ageing.ages_at(data.users, waiting, data.window.end, (size, count.n_segments))
    first = ageing.first_starts(paid, trials, len(waiting))
    seen = ageing.seen_months(first, visits, data.users, data.window)
    fit = ageing.fit_ageing(*seen, ages.sum(axis=(0, 1)), float(rates[0].mean()))
    if fit is None:
        return found
    return {
        **found,
        "readiness": ageing.readiness(fit, count.weights, ages.sum(axis=1), rates),
        "freshness": ageing.freshness(fit, count.weights, ages),
    }


def _attrition(data: PopulationData, count: Counter, visits: VisitLog, state: _State) -> Floats:
    """Return the monthly loss of free users, net of those who come back.

    Below zero where more came back: cut there, noise would be taken for a loss. Zero when
    the log holds less than two months: then nobody can have been seen to stay away.
    """
    middle, end = data.window.month_begin, data.window.end
    begin = middle - MONTH_SECONDS
    if begin < data.window.log_begin - 1.0:
        return np.zeros((len(count.weights), count.n_segments))
    before = _active(data, visits, begin, middle) & ~state.member
    now = _active(data, visits, middle, end)
    back = state.free & ~before & (data.users.first_at < begin)
    lost = count.of(before & ~now) - count.of(back) + ASSUMED_RETURN * count.of(state.lapsed)
    return np.clip(shrunk_share(lost, count.of(before), SHRINK_USERS), -0.5, 0.95)


def _churn(data: PopulationData, stays: Stays | None, weights: Floats) -> Floats | None:
    if stays is None or len(stays.user_row) == 0:
        return None
    seen = (data.window.log_begin, data.window.end)
    at_risk, churned = renewals(stays, data.users.group, weights.shape[1], seen)
    return churn_draws(at_risk, churned, weights)


def _price_today(data: PopulationData, stays: Stays | None) -> float | None:
    """Return the mean price of those who pay now, else of all who ever did [cents]."""
    if stays is None:
        return None
    prices = members_at(stays, data.users, data.window.end)[1]
    prices = prices[np.isfinite(prices)]
    if len(prices) == 0:
        prices = stays.price_cents[np.isfinite(stays.price_cents)]
    return float(prices.mean()) if len(prices) else None
