"""Prices of logs that do not say what was shown: a range under assumptions."""

from collections.abc import Iterable
from dataclasses import asdict, replace
from typing import Any

import numpy as np

from engine.business.ads import cents_per_seen_ad
from engine.evaluation.rung_zero import (
    RungZeroAnswer,
    RungZeroAssumptions,
    RungZeroSettings,
    assume,
    value_rung_zero,
)
from engine.evaluation.settling import settling_test
from engine.simulation.assumptions import centre
from engine.simulation.compare import TAIL, Driver
from engine.simulation.levers import LEVER_BY_KEY
from engine.simulation.scenario import Scenario
from engine.tensor import Floats
from engine.workbench import experiments
from engine.workbench.answers import Experiment, Gain, LevelShares, Money, Withheld
from engine.workbench.valuing import Valuation

PINNED = {
    "reach.click_share": "click_share",
    "reach.list_sales_share": "list_sales_share",
    "sales.causal_share": "causal_share",
}
"""Lever -> what of the assumptions it is the centre of."""

DRIVEN = {**PINNED, "hits.ratio": "log_ratio_error"}
"""Name of a driver -> what of the assumptions it moves."""


def settings_of(scenario: Scenario) -> RungZeroSettings:
    """Return what a scenario says about logs of orders and views."""
    ads = scenario.ads
    per_page = None
    if ads.ad_slots is not None:
        seen = ads.first_slot_viewability
        fallback = LEVER_BY_KEY["ads.first_slot_viewability"].fallback or 0.0
        per_page = ads.ad_slots * cents_per_seen_ad(ads) * (fallback if seen is None else seen)
    return RungZeroSettings(
        shown_share=scenario.reach.shown_share,
        take_share=1.0 if scenario.sales.take_rate is None else scenario.sales.take_rate,
        click_share=scenario.reach.click_share,
        list_sales_share=scenario.reach.list_sales_share,
        causal_share=min(centre(LEVER_BY_KEY["sales.causal_share"], scenario), 1.0),
        cost_cents_per_month=scenario.economics.cost_cents_per_month,
        membership_cents_per_month=scenario.membership.price_cents,
        ads_cents_per_page=per_page,
        horizon_months=scenario.economics.horizon_months,
        pinned=frozenset(PINNED[key] for key in scenario.pinned if key in PINNED),
    )


def answer(valuation: Valuation, scenario: Scenario, policy: str, baseline: str) -> RungZeroAnswer:
    """Return what the lists of a policy may bring beyond those of a baseline."""
    settings = settings_of(scenario)
    ratio = valuation.ratios[policy] / valuation.ratios[baseline]
    inputs = replace(valuation.base, hit_ratio=ratio)
    return value_rung_zero(inputs, assume(settings, scenario.seed, len(ratio)), settings)


def price(
    valuation: Valuation, scenario: Scenario, policy: str, baseline: str, against: Scenario | None
) -> dict[str, Any]:
    """Return the parts of a simulation that depend on the kind of log."""
    found = answer(valuation, scenario, policy, baseline)
    models = _models(found, scenario.economics.horizon_months)
    total = models.pop("total")
    other = None if against is None else answer(valuation, against, policy, baseline)
    return {
        **models,
        "total": total,
        "uplift": Gain(
            total=total,
            by_model=models,
            probability_positive=None,
            against=None
            if other is None or against is None
            else _beyond(found, scenario, other, against),
        ),
        "shares": LevelShares(measured=0.0, estimated=0.0, assumed=1.0),
        "break_even": {
            **asdict(found.break_even),
            "cost_cents_per_month": scenario.economics.cost_cents_per_month,
        },
        "experiment": _experiment(valuation, scenario, found, policy, baseline),
        "details": _details(valuation, scenario, found),
    }


def price_nothing(valuation: Valuation, scenario: Scenario) -> dict[str, Any]:
    """Return the same parts for a log that carries no price, each with the reason."""
    code = valuation.reason or ""
    none = Withheld(withheld=code, advice=f"errors.{code}", facts=valuation.details)
    models: dict[str, Money | Withheld] = {name: none for name in ("ads", "membership", "sales")}
    base = valuation.base
    no_test = settling_test(
        effect=None,
        variation=base.revenue_variation,
        users_per_month=base.active_users_per_month,
        new_users_per_month=base.new_users_per_month,
        gain_per_month=None,
    )
    return {
        **models,
        "total": none,
        "uplift": Gain(total=none, by_model=models, probability_positive=None),
        "shares": LevelShares(measured=0.0, estimated=0.0, assumed=1.0),
        "break_even": {"cost_cents_per_month": scenario.economics.cost_cents_per_month},
        "experiment": experiments.experiment_of_range(valuation, scenario, None, {}, no_test),
        "details": {},
    }


def _experiment(
    valuation: Valuation, scenario: Scenario, found: RungZeroAnswer, policy: str, baseline: str
) -> Experiment:
    """Return the test of the lists, with what it would be worth to know each assumption."""
    ratio = valuation.ratios[policy] / valuation.ratios[baseline]
    drawn = assume(settings_of(scenario), scenario.seed, len(ratio))
    known = {key: getattr(drawn, name) for key, name in PINNED.items()}
    known[experiments.LISTS_RATIO] = np.log(ratio) + drawn.log_ratio_error
    monthly = _sum((found.ads_draws, found.gain_draws))
    gain = None if monthly is None else monthly * scenario.economics.horizon_months
    return experiments.experiment_of_range(valuation, scenario, gain, known, found.test)


def _models(found: RungZeroAnswer, months: int) -> dict[str, Money | Withheld]:
    """Return the gain of each model and of those with a number together."""
    draws = {"ads": found.ads_draws, "membership": None, "sales": found.gain_draws}
    through = {"ads": found.ads_draws, "sales": found.attributed_draws}
    models: dict[str, Money | Withheld] = {
        name: _withheld(found, name) if gain is None else _money(gain, through[name], months)
        for name, gain in draws.items()
    }
    total = _sum(draws.values())
    if total is None:
        return {**models, "total": _withheld(found, "sales")}
    return {**models, "total": _money(total, _sum(through.values()), months)}


def _sum(draws: Iterable[Floats | None]) -> Floats | None:
    known = [amounts for amounts in draws if amounts is not None]
    return sum(known[1:], start=known[0]) if known else None


def _money(draws: Floats, attributed: Floats | None, months: int) -> Money:
    """Return amounts a month as one over the horizon."""
    mean = round(float(draws.mean()) * months)
    return Money(
        **_cents(draws * months),
        mean=mean,
        attributed=0 if attributed is None else round(float(attributed.mean()) * months),
        incremental=mean,
        interval="assumptions",
    )


def _cents(draws: Floats) -> dict[str, int]:
    levels = np.quantile(draws, (0.1, 0.5, 0.9))
    return {name: round(float(v)) for name, v in zip(("p10", "p50", "p90"), levels, strict=True)}


def _withheld(found: RungZeroAnswer, model: str) -> Withheld:
    code = found.withheld[model]
    return Withheld(withheld=code, advice=f"withheld.{code}")


def _beyond(
    found: RungZeroAnswer, scenario: Scenario, other: RungZeroAnswer, against: Scenario
) -> Money | Withheld:
    """Return what one scenario brings beyond another, draw by draw."""
    first, second = _horizon(found, scenario), _horizon(other, against)
    if first is None or second is None:
        return _withheld(found, "sales")
    return _money(first[0] - second[0], first[1] - second[1], 1)


def _horizon(found: RungZeroAnswer, scenario: Scenario) -> tuple[Floats, Floats] | None:
    """Return gain and what is attributed over the horizon."""
    if found.gain_draws is None or found.attributed_draws is None:
        return None
    months = scenario.economics.horizon_months
    return found.gain_draws * months, found.attributed_draws * months


def books(valuation: Valuation) -> dict[str, Any]:
    """Return the counted trailing month; nothing is simulated."""
    counted = asdict(valuation.books)
    return {"days": counted.pop("days"), "counted": counted, "modelled": {}}


def _details(valuation: Valuation, scenario: Scenario, found: RungZeroAnswer) -> dict[str, Any]:
    """Return counted, estimated and assumed parts, each by itself [a month]."""
    base, settings = valuation.base, settings_of(scenario)
    return {
        "variant": found.variant,
        "net_sales_cents_per_month": round(base.net_sales_cents_per_month),
        "visits_per_month": round(base.visits_per_month),
        "order_value_cents": round(base.order_value_cents),
        "through_lists_cents_per_month": None if found.base is None else asdict(found.base),
        "attributed_cents_per_month": None
        if found.attributed is None
        else asdict(found.attributed),
        "hit_ratio": asdict(found.hit_ratio),
        "ratio": asdict(found.ratio),
        "gain_cents_per_month": None if found.gain is None else asdict(found.gain),
        "share_of_sales": found.share_of_sales,
        "extra_pages": None if found.extra_pages is None else asdict(found.extra_pages),
        "assumed": {
            "click_share": settings.click_share,
            "list_sales_share": settings.list_sales_share,
            "causal_share": settings.causal_share,
            "shown_share": settings.shown_share,
            "take_share": settings.take_share,
        },
    }


def drivers(
    valuation: Valuation, scenario: Scenario, policy: str, baseline: str
) -> tuple[Driver, ...]:
    """Return what each assumption can do to the gain over the horizon, widest first.

    Each goes to its 5 and 95 % end with the others at their median; the last one is how
    far a ratio of hits may be from a ratio of clicks.
    """
    settings = settings_of(scenario)
    ratio = valuation.ratios[policy] / valuation.ratios[baseline]
    drawn = assume(settings, scenario.seed, len(ratio))
    middle = RungZeroAssumptions(
        **{name: np.median(getattr(drawn, name), keepdims=True) for name in DRIVEN.values()}
    )
    inputs = replace(
        valuation.base,
        hit_ratio=np.median(ratio, keepdims=True),
        order_per_view=_median(valuation.base.order_per_view),
        pages_per_click=_median(valuation.base.pages_per_click),
    )
    found = []
    for key, name in DRIVEN.items():
        ends = np.quantile(getattr(drawn, name), (TAIL, 1.0 - TAIL))
        low, high = (
            value_rung_zero(inputs, replace(middle, **{name: np.array([end])}), settings)
            for end in ends
        )
        if low.gain_horizon is not None and high.gain_horizon is not None:
            cents = round(low.gain_horizon.p50), round(high.gain_horizon.p50)
            found.append(Driver(key=key, low_cents=cents[0], high_cents=cents[1]))
    moving = [driver for driver in found if driver.low_cents != driver.high_cents]
    return tuple(sorted(moving, key=lambda driver: -abs(driver.high_cents - driver.low_cents)))


def _median(draws: Floats | None) -> Floats | None:
    return None if draws is None else np.median(draws, keepdims=True)
