"""How the numbers of users, members and visits move from month to month."""

from dataclasses import dataclass

import numpy as np
from scipy import special

from engine.business.ads import REFERENCE_SLOTS
from engine.business.membership import VIDEO_CHURN, cohort_survival, starting_survival
from engine.simulation.assumptions import Assumptions
from engine.simulation.scenario import Scenario
from engine.tensor import Floats, Population

SHARE_FLOOR = 1e-9  # a product that is nothing but its lists would vanish with them


@dataclass(frozen=True, kw_only=True, eq=False)
class People:
    """Who is there in each month while money is made, and who moves."""

    free: Floats
    """Free users by segment, of shape (H, B, G)."""

    members: Floats
    """Paying members by segment, of shape (H, B, G)."""

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
    """Logarithm of what better lists multiply item views by, of shape (B, G)."""

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
    quality_ratio : ndarray of shape (B, G)
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
) -> tuple[Floats, Floats]:
    """Return visits per free user and per member, each of shape (H, B, G).

    Members see no ads: their visits do not know the number of ads.
    """
    use = assumptions.of("reaction.use_per_quality")[:, None] * moved.quality
    loss = assumptions.of("reaction.use_loss_per_ad")[:, None] * moved.extra_ads
    ramp = moved.ramp[:, :, None]
    free, member = ramp * (use - loss), ramp * use
    np.exp(free, out=free)
    np.exp(member, out=member)
    free *= population.sessions_free
    member *= population.sessions_member
    return free, member


def conversions(population: Population, assumptions: Assumptions, moved: Forces) -> Floats:
    """Return the monthly free-to-paid conversion, of shape (H, B, G) or (H, 1, 1)."""
    if population.conversion is None:
        return np.zeros((len(moved.ramp), 1, 1))
    if not np.isfinite(moved.log_price):
        base = population.conversion
    else:
        slope = assumptions.of("reaction.membership_elasticity") * moved.log_price
        base = special.expit(special.logit(population.conversion) - slope[:, None])
    slots = assumptions.of("reaction.upgrade_per_ad") * moved.extra_ads
    by_ads = np.exp(moved.ramp * slots)[:, :, None]
    odds = base * by_ads
    whole = odds + (1.0 - base)
    return np.divide(odds, whole, out=whole)


def move_people(
    population: Population,
    scenario: Scenario,
    assumptions: Assumptions,
    moved: Forces,
    conversion: Floats,
) -> People:
    """Return who is free, paying and lapsed in each month.

    Parameters
    ----------
    conversion : ndarray
        From `conversions`; it does not know how good the lists are.

    Notes
    -----
    The first month is that of the log's end, with the people who were there: the books.
    Order within each later one: newcomers and returners, conversion, money, churn, attrition.
    Churn reacts to the member-weighted mean quality of all segments, so that one
    survival matrix per draw replaces a recursion over tenures in every segment.
    """
    start, cohorts = _survivals(population, assumptions, moved)
    back = assumptions.of("membership.resubscription_rate")[:, None]
    stay = scenario.membership.downgrade_share
    waiting, gone, old = population.free_users, population.lapsed_users, start[0]
    n_months = scenario.economics.horizon_months
    free, members, won = (np.empty((n_months, *waiting.shape)) for _ in range(3))
    lapsed, leaving, returning = (np.empty(free.shape[:2]) for _ in range(3))
    for month in range(n_months):
        returned = back * gone if month else np.zeros_like(gone)
        gone = gone - returned
        if month:
            waiting = waiting + population.acquired_users + returned
        np.multiply(waiting, conversion[month] if month else 0.0, out=won[month])
        np.subtract(waiting, won[month], out=free[month])
        np.add(old, won[month], out=members[month])
        returning[month], lapsed[month] = _whole(returned), _whole(gone)
        kept = cohorts[: month + 1, month + 1]
        old = start[month + 1] + np.einsum("sbg,sb->bg", won[: month + 1], kept)
        leavers = members[month] - old
        leaving[month] = _whole(leavers)
        lost = np.maximum(free[month] * population.attrition, -gone)
        waiting = free[month] + stay * leavers - lost
        gone = gone + (1.0 - stay) * leavers + lost
    return People(
        free=free,
        members=members,
        lapsed=lapsed,
        joining=np.einsum("hbg->hb", won),
        leaving=leaving,
        returning=returning,
    )


def _whole(people: Floats) -> Floats:
    """Return (B, G) summed over segments, of shape (B,)."""
    return np.asarray(np.einsum("bg->b", people))


def _survivals(
    population: Population, assumptions: Assumptions, moved: Forces
) -> tuple[Floats, Floats]:
    """Return today's members left in each month (H + 1, B, G) and cohort survival."""
    reaction = moved.ramp * _churn_slope(population, assumptions, moved)
    fitted = population.churn_alpha_beta
    n_draws = population.n_draws
    churn = np.broadcast_to(np.array(VIDEO_CHURN), (n_draws, 2)) if fitted is None else fitted
    alpha, beta = churn[:, 0], churn[:, 1]
    by_tenure = starting_survival(alpha, beta, reaction, population.members.shape[-1])
    start = np.empty((len(by_tenure), *population.free_users.shape))
    # months lead in memory, draws in the product: views, since copies cost more than the sums
    np.matmul(
        by_tenure.transpose(1, 0, 2),
        population.members.transpose(0, 2, 1),
        out=start.transpose(1, 0, 2),
    )
    return start, cohort_survival(alpha, beta, reaction)


def _churn_slope(population: Population, assumptions: Assumptions, moved: Forces) -> Floats:
    """Return the long-run logarithm of the factor on the odds of leaving, of shape (B,)."""
    weights = np.einsum("bga->bg", population.members)
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
