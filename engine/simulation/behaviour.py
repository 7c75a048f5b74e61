"""How the numbers of users, members and visits move from month to month."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.business.ads import REFERENCE_SLOTS
from engine.business.membership import VIDEO_CHURN, ends_of_running_trials, ends_of_trials
from engine.simulation.assumptions import Assumptions
from engine.simulation.compiling import plain
from engine.simulation.recursion import Found, Rates, Start, follow
from engine.simulation.scenario import Scenario
from engine.tensor import Floats, Population

SHARE_FLOOR = 1e-9  # a product that is nothing but its lists would vanish with them


@dataclass(frozen=True, kw_only=True, eq=False)
class People:
    """Who is there in each month while money is made, and who moves."""

    free: Floats
    """Free users by segment, without those in trial, of shape (H, B, G)."""

    trial: Floats | None
    """People in trial, who neither pay nor see ads, of shape (H, B, G); None without trials."""

    members: Floats
    """Paying members by segment, of shape (H, B, G)."""

    members_otherwise: tuple[Floats, ...]
    """Members with other lists, of shape (H, B, G) each."""

    lapsed: Floats
    """Users who are away, of shape (H, B)."""

    joining: Floats
    """Free users who become members before the month's money is made, of shape (H, B)."""

    leaving: Floats
    """Members of the month who do not renew at its end, of shape (H, B)."""

    returning: Floats
    """Lapsed users who come back as free users at the month's beginning, of shape (H, B)."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Forces:
    """What moves people in one scenario, as logarithms."""

    ramp: Floats
    """Share of the long-run reaction that has happened, of shape (H, B)."""

    extra_ads: Floats
    """Ads above today's, in slots of a list of ten, of shape (1,)."""

    quality: Floats
    """Logarithm of what better lists multiply item views by, of shape (B, G); (B, 1) if alike."""

    log_price: float
    """Logarithm of the new over today's membership price; infinite for the price 0."""


def forces(
    population: Population,
    scenario: Scenario,
    assumptions: Assumptions,
    quality_ratio: Floats,
) -> Forces:
    """Return what a scenario does to people, before anyone moves.

    Parameters
    ----------
    scenario : Scenario
        With ad slots and membership price filled in.
    quality_ratio : ndarray of shape (B, G), or (B, 1) if alike in all segments
        Clicks of a list over those of today's list; zero switches the lists off.
    """
    months = np.arange(1, scenario.economics.horizon_months + 1)
    ramp = -np.expm1(-months[:, None] / assumptions.of("reaction.ramp_months"))
    share = assumptions.of("reaction.list_view_share")[:, None]
    views = np.maximum(1.0 + share * (quality_ratio - 1.0), SHARE_FLOOR)
    n_slots = population.examination.shape[1]
    wanted = min(scenario.ads.ad_slots or 0.0, float(n_slots))
    extra = (wanted - population.ad_slots_today) * REFERENCE_SLOTS / n_slots
    return Forces(
        ramp=ramp,
        extra_ads=np.array([extra]),
        quality=np.log(views),
        log_price=_log_price(population, scenario),
    )


def visits(
    population: Population, assumptions: Assumptions, moved: Forces
) -> tuple[Floats, Floats, Floats | None]:
    """Return visits per free user, per member and per user in trial, each of shape (H, B, G).

    Only free users see ads: the visits of the others do not know their number. None where
    nobody is ever in trial.
    """
    use = assumptions.of("reaction.use_per_quality")[:, None] * moved.quality
    loss = assumptions.of("reaction.use_loss_per_ad") * moved.extra_ads
    member = moved.ramp[:, :, None] * use
    np.exp(member, out=member)  # once: ads act alike in all segments of a draw
    free = member * population.sessions_free
    member *= population.sessions_member
    trial = None if population.trial_start_rate is None else free.copy()
    free *= np.exp(-moved.ramp * loss)[:, :, None]
    return free, member, trial


def joining_odds(population: Population, assumptions: Assumptions, moved: Forces) -> Floats:
    """Return the factor on the odds of joining by month, of shape (B, H).

    It does not know how good the lists are.
    """
    slots = assumptions.of("reaction.upgrade_per_ad") * moved.extra_ads
    slope = moved.ramp * slots
    if np.isfinite(moved.log_price):
        slope = slope - assumptions.of("reaction.membership_elasticity") * moved.log_price
    return np.ascontiguousarray(np.exp(slope).T)


def move_people(
    population: Population,
    scenario: Scenario,
    assumptions: Assumptions,
    paths: Sequence[Forces],
) -> People:
    """Return who is free, in trial, paying and lapsed in each month.

    Parameters
    ----------
    paths : sequence of Forces
        Of the lists; then of other lists for the same people, of which only the number of
        members is asked for.

    Notes
    -----
    The first month is that of the log's end, with the people who were there: the books.
    Order within each later one: newcomers and returners, trials, conversion, money, churn,
    attrition. Churn reacts to the member-weighted mean quality of all segments, so that one
    survival matrix per draw replaces a recursion over tenures in every segment.
    """
    n_months, n_draws = paths[0].ramp.shape
    n_segments = population.free_users.shape[1]
    rates = _rates(population, scenario, assumptions, paths)
    n_trials = n_months if rates.trial.shape[1] > 0 else 0
    found = Found(
        members=np.empty((len(paths), n_months, n_draws, n_segments)),
        free=np.empty((n_months, n_draws, n_segments)),
        trial=np.empty((n_trials, n_draws, n_segments)),
        moving=np.empty((n_draws, 4 * (n_months + 1))),
    )
    follow(_start(population, n_draws), rates, found)
    joining, lapsed, leaving, returning = found.moving.T.reshape(4, n_months + 1, n_draws)[
        :, :n_months
    ]
    return People(
        free=found.free,
        trial=found.trial if n_trials else None,
        members=found.members[0],
        members_otherwise=tuple(found.members[1:]),
        lapsed=lapsed,
        joining=joining,
        leaving=leaving,
        returning=returning,
    )


def _start(population: Population, n_draws: int) -> Start:
    """Return who is there at the log's end."""
    trial = population.trial_users
    if trial is None:
        trial = np.zeros_like(population.free_users)
    rows = (
        population.free_users - trial,
        trial,
        population.lapsed_users,
        population.acquired_users,
        population.attrition,
        population.members,
    )
    return Start(*map(plain, rows))


def _rates(
    population: Population,
    scenario: Scenario,
    assumptions: Assumptions,
    paths: Sequence[Forces],
) -> Rates:
    """Return what moves people."""
    n_months, n_draws = paths[0].ramp.shape
    nobody = np.zeros_like(population.free_users)
    fitted = population.churn_alpha_beta
    churn = np.broadcast_to(np.array(VIDEO_CHURN), (n_draws, 2)) if fitted is None else fitted
    direct = nobody if population.conversion is None else population.conversion
    trial, ageing = population.trial_start_rate, population.readiness
    if ageing is None:
        ageing = np.empty((n_draws, 0, n_months))
    leaving = [moved.ramp * _churn_slope(population, assumptions, moved) for moved in paths]
    length = trial_months(population, scenario)
    return Rates(
        direct=plain(direct),
        trial=plain(nobody[:, :0] if trial is None else trial),
        odds=plain(joining_odds(population, assumptions, paths[0])),
        to_paid=plain(assumptions.of("membership.trial_to_paid_rate")),
        decided=plain(ends_of_trials(length)),
        decided_today=plain(ends_of_running_trials(length, n_months)),
        readiness=plain(ageing[:, :, :n_months]),
        freshness=plain(nobody if population.freshness is None else population.freshness),
        back=plain(assumptions.of("membership.resubscription_rate")),
        stay=float(scenario.membership.downgrade_share),
        churn=plain(churn),
        leaving=plain(np.exp(np.stack([path.T for path in leaving], axis=1))),
    )


def trial_months(population: Population, scenario: Scenario) -> float:
    """Return how long a trial lasts [months]; 0 without any."""
    asked = scenario.membership.trial_months
    return asked if asked is not None else population.trial_months or 0.0


def _churn_slope(population: Population, assumptions: Assumptions, moved: Forces) -> Floats:
    """Return the long-run logarithm of the factor on the odds of leaving, of shape (B,)."""
    quality = moved.quality[:, 0]
    if moved.quality.shape[1] > 1:
        weights = population.paying_users
        weights = np.where(weights.sum(axis=1, keepdims=True) > 0, weights, 1.0)
        quality = (weights * moved.quality).sum(axis=1) / weights.sum(axis=1)
    slope = -assumptions.of("reaction.churn_per_quality") * quality
    if np.isfinite(moved.log_price):
        slope = slope + assumptions.of("reaction.churn_per_price") * moved.log_price
    return np.asarray(slope)


def _log_price(population: Population, scenario: Scenario) -> float:
    """Return the log price ratio; infinite when either price is zero or not known.

    A free membership earns nothing whatever it converts, so its slope is left out.
    """
    today = population.membership_price_today_cents
    price = scenario.membership.price_cents
    if not today or not price:
        return float("-inf")
    return float(np.log(price / today))
