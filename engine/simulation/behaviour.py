"""How the numbers of users, members and visits move from month to month."""

from dataclasses import dataclass

import numpy as np
from scipy import special

from engine.business.membership import VIDEO_CHURN, cohort_survival, starting_survival
from engine.simulation.assumptions import Assumptions
from engine.simulation.scenario import Scenario
from engine.tensor import Floats, Population

REFERENCE_SLOTS = 10  # the ad-load slopes speak of one slot of a list of ten
SHARE_FLOOR = 1e-9  # a product that is nothing but its lists would vanish with them


@dataclass(frozen=True, kw_only=True, eq=False)
class People:
    """Who is there in each month while money is made, all of shape (H, B, G)."""

    free: Floats
    members: Floats
    lapsed: Floats


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
    free = population.sessions_free * np.exp(ramp * (use - loss))
    return free, population.sessions_member * np.exp(ramp * use)


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
    return np.asarray(odds / (odds + (1.0 - base)))


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
    Order within a month: newcomers and returners, conversion, money, churn, attrition.
    Churn reacts to the member-weighted mean quality of all segments, so that one
    survival matrix per draw replaces a recursion over tenures in every segment.
    """
    start, cohorts = _survivals(population, assumptions, moved)
    back = assumptions.of("membership.resubscription_rate")[:, None]
    stay = scenario.membership.downgrade_share
    free, lapsed = population.free_users, population.lapsed_users
    old = start[0]
    won = np.zeros((scenario.economics.horizon_months, *free.shape))
    frees, payers, lapses = np.empty_like(won), np.empty_like(won), np.empty_like(won)
    for month in range(len(won)):
        free = free + population.acquired_users + back * lapsed
        lapsed = lapsed - back * lapsed
        won[month] = free * conversion[month]
        free = free - won[month]
        members = old + won[month]
        frees[month], payers[month], lapses[month] = free, members, lapsed
        old = start[month + 1] + np.einsum(
            "sbg,sb->bg", won[: month + 1], cohorts[: month + 1, month + 1]
        )
        leavers = members - old
        lost = free * population.attrition
        free = free + stay * leavers - lost
        lapsed = lapsed + (1.0 - stay) * leavers + lost
    return People(free=frees, members=payers, lapsed=lapses)


def _survivals(
    population: Population, assumptions: Assumptions, moved: Forces
) -> tuple[Floats, Floats]:
    """Return today's members left in each month (H + 1, B, G) and cohort survival."""
    weights = population.members.sum(axis=-1)
    weights = np.where(weights.sum(axis=1, keepdims=True) > 0, weights, 1.0)
    quality = (weights * moved.quality).sum(axis=1) / weights.sum(axis=1)
    slope = -assumptions.of("reaction.churn_per_quality") * quality
    if np.isfinite(moved.log_price):
        slope = slope + assumptions.of("reaction.churn_per_price") * moved.log_price
    reaction = moved.ramp * slope
    fitted = population.churn_alpha_beta
    n_draws = population.n_draws
    churn = np.broadcast_to(np.array(VIDEO_CHURN), (n_draws, 2)) if fitted is None else fitted
    alpha, beta = churn[:, 0], churn[:, 1]
    n_tenures = population.members.shape[-1]
    by_tenure = starting_survival(alpha, beta, reaction, n_tenures)
    left = np.matmul(population.members, np.ascontiguousarray(by_tenure.transpose(2, 0, 1)))
    start = np.ascontiguousarray(np.moveaxis(left, 2, 0))
    return start, cohort_survival(alpha, beta, reaction)


def _log_price(population: Population, scenario: Scenario) -> float:
    """Return the log price ratio; infinite when either price is zero or not known.

    A free membership earns nothing whatever it converts, so its slope is left out.
    """
    today = population.membership_price_today_cents
    price = scenario.membership.price_cents
    if not today or not price:
        return float("-inf")
    return float(np.log(price / today))
