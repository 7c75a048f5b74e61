"""How every number comes about: formula, inputs with their kind and source, interval."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.business.base import Grade
from engine.errors import UsageError
from engine.evaluation.compare import BASELINE
from engine.reporting.formulas import formula
from engine.simulation.scenario import Scenario
from engine.workbench import explaining_events, explaining_range
from engine.workbench.asked import Asked
from engine.workbench.checking import Stamp
from engine.workbench.explained import (
    Explanation,
    Kind,
    idle_levers,
    known_value,
    weakest,
    weakest_grade,
)
from engine.workbench.pricing import PricingInputs, Quote, quote
from engine.workbench.valuing import MAIN

REACTIONS = ("reaction.use_per_quality", "reaction.list_view_share", "reaction.use_loss_per_ad")
ADS = (
    "ads.blocked_rate", "ads.fill_rate", "ads.platform_fee_rate", "ads.cpm_cents",
)  # fmt: skip
AD_PLACES = ("ads.ad_slots", "ads.first_slot_viewability", *REACTIONS)
TRIALS = ("membership.trial_to_paid_rate", "membership.trial_months")
MEMBER_FLOWS = (
    "membership.resubscription_rate", "membership.downgrade_share", "reaction.upgrade_per_ad",
    "reaction.membership_elasticity", "reaction.churn_per_price", "reaction.churn_per_quality",
    "reaction.list_view_share", *TRIALS,
)  # fmt: skip
OFFER = ("membership.price_cents", "membership.fee_rate")
SALES = ("sales.causal_share", "sales.price_ratio", "sales.return_rate")
SALES_BEHIND = (
    "ads.ad_slots", *REACTIONS, "reaction.price_elasticity", "sales.return_cost_share",
    "sales.take_rate",
)  # fmt: skip


AD_LOAD = ("reaction.use_loss_per_ad", "reaction.upgrade_per_ad")


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """What a number is made of."""

    formula: str
    levers: tuple[str, ...] = ()
    """Levers that stand in the formula."""

    behind: tuple[str, ...] = ()
    """Levers that move its other parts."""

    kind: Kind = "estimated"
    """What its parts from the log are, at their weakest."""


EVENTS: Mapping[str, Recipe] = {
    "ads": Recipe(formula="ads", levers=ADS, behind=AD_PLACES),
    "membership": Recipe(formula="membership", levers=OFFER, behind=MEMBER_FLOWS),
    "sales": Recipe(formula="sales", levers=SALES, behind=SALES_BEHIND),
    "total": Recipe(formula="total", behind=(*ADS, *OFFER, *SALES)),
    "present_value": Recipe(
        formula="present_value",
        levers=("economics.cost_cents_per_month", "economics.discount_rate"),
        behind=(*ADS, *OFFER, *SALES),
    ),
    "uplift": Recipe(
        formula="uplift",
        levers=("sales.causal_share_difference",),
        behind=("sales.causal_share", *REACTIONS, "reaction.churn_per_quality"),
    ),
    "sales_gain": Recipe(
        formula="sales_gain",
        levers=("sales.causal_share_difference",),
        behind=("sales.causal_share", *SALES_BEHIND, "sales.price_ratio", "sales.return_rate"),
    ),
    "kept_share": Recipe(
        formula="kept_share",
        behind=(
            "sales.price_ratio",
            "sales.return_rate",
            "sales.return_cost_share",
            "sales.take_rate",
        ),
    ),
    "attributed": Recipe(formula="attributed", behind=(*ADS, *OFFER, *SALES[1:])),
    "sales_displaced": Recipe(
        formula="sales_displaced", behind=("ads.ad_slots", "reaction.use_loss_per_ad", *SALES)
    ),
    "members_from_ads": Recipe(
        formula="members_from_ads", behind=("ads.ad_slots", "reaction.upgrade_per_ad")
    ),
    "ads_net": Recipe(formula="ads_net", behind=(*ADS, "ads.ad_slots", *AD_LOAD, *SALES, *OFFER)),
    "members": Recipe(
        formula="members", levers=("membership.resubscription_rate",), behind=MEMBER_FLOWS[1:]
    ),
    "new_members": Recipe(
        formula="new_members",
        levers=("membership.resubscription_rate",),
        behind=("reaction.upgrade_per_ad", "reaction.membership_elasticity", *TRIALS),
    ),
    "churn": Recipe(
        formula="churn",
        levers=("membership.price_cents", "reaction.churn_per_price", "reaction.churn_per_quality"),
        behind=("reaction.list_view_share",),
    ),
    "orders": Recipe(
        formula="orders", behind=("ads.ad_slots", *REACTIONS, "reaction.price_elasticity")
    ),
    "price_curve": Recipe(
        formula="price", levers=("sales.price_ratio", "reaction.price_elasticity")
    ),
}
"""Number -> recipe, for logs that say what was shown."""

REACH = ("reach.shown_share", "reach.click_share")
PAGE_PRICE = ("ads.ad_slots", "ads.first_slot_viewability", *ADS)
TAKE = ("sales.causal_share", "sales.take_rate")

VIEWS = Recipe(formula="gain_views", levers=(*REACH, *TAKE))
ORDERS = Recipe(formula="gain_orders", levers=("reach.list_sales_share", *TAKE))
RANGE: Mapping[str, Recipe] = {
    "ads": Recipe(formula="gain_ads", levers=(*REACH, "sales.causal_share", *PAGE_PRICE)),
    "net_sales": Recipe(formula="net_sales", kind="measured"),
    "hit_ratio": Recipe(formula="hit_ratio"),
}
"""Number -> recipe, for logs of orders or views; sales and what it adds up to as below."""

AGAINST_NO_ADS = frozenset({"sales_displaced", "members_from_ads", "ads_net"})
AD_REACTIONS = frozenset(AD_LOAD)

COMMON = frozenset({"economics.horizon_months", "economics.cost_cents_per_month"})
"""Levers that every number, or the break-even, is made with."""

RAMP = "reaction.ramp_months"

GAINS = ("sales", "total", "uplift", "attributed")
SHARES = {
    "list_sales_share": "reach.list_sales_share",
    "click_share": "reach.click_share",
    "causal_share": "sales.causal_share",
}
"""Numbers that are nothing but a lever."""


def numbers(inputs: PricingInputs) -> tuple[str, ...]:
    """Return the numbers that can be explained for this kind of log."""
    if inputs.is_range:
        has_pages = inputs.valuation.base.pages_per_click is not None
        known = (name for name in RANGE if has_pages or name != "ads")
        return (*known, *GAINS, *SHARES)
    return (*EVENTS, "causal_share") if inputs.collapsed else ()


def formula_key(inputs: PricingInputs, scenario: Scenario, number: str) -> str:
    """Return the key of the formula that computes a number."""
    return _recipe(inputs, scenario, number).formula


def levers_used(inputs: PricingInputs, scenario: Scenario) -> frozenset[str]:
    """Return the levers that a number of this kind of log is made with."""
    recipes = [_recipe(inputs, scenario, number) for number in numbers(inputs)]
    keys = {key for recipe in recipes for key in (*recipe.levers, *recipe.behind)}
    return frozenset(keys) | COMMON | (frozenset() if inputs.is_range else {RAMP})


def knowledge(inputs: PricingInputs, scenario: Scenario, number: str) -> tuple[Kind, Grade | None]:
    """Return the kind of a number and the grade of its weakest assumption.

    Notes
    -----
    Simulates nothing: a page asks this for every number that it shows.
    """
    recipe = _recipe(inputs, scenario, number)
    idle = _idle(inputs, scenario, number)
    keys = [key for key in (*recipe.levers, *recipe.behind) if key not in idle]
    known = [known_value(inputs, scenario, key) for key in keys]
    return (
        weakest((recipe.kind, *(kind for _, kind, _, _ in known))),
        weakest_grade(grade for _, _, _, grade in known),
    )


def explain(
    inputs: PricingInputs,
    scenario: Scenario,
    number: str,
    *,
    policy: str = MAIN,
    baseline: str = BASELINE,
    quoted: Quote | None = None,
    stamp: Stamp | None = None,
) -> Explanation:
    """Return how a number of this data set comes about under a scenario.

    Parameters
    ----------
    number : str
        One of ``numbers``.
    quoted : Quote, optional
        The price of the same policy, baseline and scenario, where it is at hand.
    stamp : Stamp, optional
        Dates of the log and of the training.

    Raises
    ------
    UsageError
        For a number that this kind of log does not have.
    """
    recipe = _recipe(inputs, scenario, number)
    asked = Asked(
        inputs=inputs,
        scenario=scenario,
        quoted=quoted or quote(inputs, scenario, policy=policy, baseline=baseline),
        number=number,
        formula=recipe.formula,
        levers=recipe.levers,
    )
    of = explaining_range if inputs.is_range else explaining_events
    facts = of.facts(asked)
    idle = _idle(inputs, scenario, number)
    behind = tuple(asked.lever(key) for key in recipe.behind if key not in idle)
    whole = (*facts.parts, *behind)
    kind, grade = knowledge(inputs, scenario, number)
    return Explanation(
        number=number,
        formula_key=recipe.formula,
        formula=formula(recipe.formula).latex,
        parts=facts.parts,
        behind=behind,
        spread=facts.spread,
        unit=facts.unit,
        kind=weakest((kind, *(part.kind for part in whole))),
        grade=weakest_grade((grade, *(part.grade for part in whole))),
        interval=facts.interval,
        attributed=facts.attributed,
        currency=inputs.valuation.currency,
        as_of=None if stamp is None else stamp.last_on,
        trained_at=None if stamp is None else stamp.trained_at,
        run_id=inputs.run_id,
    )


def _idle(inputs: PricingInputs, scenario: Scenario, number: str) -> frozenset[str]:
    """Return the levers without effect; ads against none react even where none was added."""
    idle = idle_levers(inputs.valuation.population, scenario)
    return idle - AD_REACTIONS if number in AGAINST_NO_ADS else idle


def _recipe(inputs: PricingInputs, scenario: Scenario, number: str) -> Recipe:
    known = numbers(inputs)
    if number not in known:
        raise UsageError("number_unknown", number=number, numbers=", ".join(known))
    has_views = inputs.valuation.base.order_per_view is not None
    gain = VIEWS if has_views else ORDERS
    if number in SHARES:
        own = gain.formula if inputs.is_range else "sales"
        return Recipe(formula=own, levers=(SHARES[number],), kind="measured")
    if not inputs.is_range:
        return EVENTS[number]
    if number not in GAINS:
        return RANGE[number]
    if number == "attributed":
        through = "through_views" if has_views else "through_orders"
        return Recipe(formula=through, levers=_without_share(gain.levers))
    if number != "sales" and has_views and scenario.ads.ad_slots is not None:
        return Recipe(formula="total", behind=(*gain.levers, *PAGE_PRICE))
    return gain


def _without_share(levers: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(key for key in levers if key != "sales.causal_share")
