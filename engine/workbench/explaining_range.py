"""Inputs of numbers of logs of orders or views: counted, estimated and assumed."""

from dataclasses import replace

import numpy as np

from engine.evaluation.rung_zero import RungZeroAssumptions, assume
from engine.tensor import Floats
from engine.workbench.asked import Asked
from engine.workbench.by_hits import settings_of
from engine.workbench.explained import COUNTED, FITTED, Facts, Part, data_part, spread

CENTS, COUNT, RATIO = "cents_per_month", "count_per_month", "number"
DRAWN = {
    "reach.click_share": "click_share",
    "reach.list_sales_share": "list_sales_share",
    "sales.causal_share": "causal_share",
}
"""Levers that are drawn around where they stand."""

LEVERS_ALONE = {
    "list_sales_share": "reach.list_sales_share",
    "click_share": "reach.click_share",
    "causal_share": "sales.causal_share",
}


def facts(asked: Asked) -> Facts:
    """Return the inputs of a number and how far it spreads."""
    drawn = _drawn(asked)
    if asked.number in LEVERS_ALONE:
        part = _lever(asked, LEVERS_ALONE[asked.number], drawn)
        return Facts(
            parts=(part,),
            unit="share",
            spread=spread(getattr(drawn, DRAWN[part.key])),
            interval="assumptions",
        )
    if asked.number == "net_sales":
        return Facts(parts=(_net_sales(asked),), unit=CENTS)
    if asked.number == "hit_ratio":
        ratio = _hits(asked)
        return Facts(parts=(), unit=RATIO, spread=spread(ratio), interval="estimate")
    return _gain(asked, drawn)


def _gain(asked: Asked, drawn: RungZeroAssumptions) -> Facts:
    name = "total" if asked.number == "attributed" else asked.number
    answer = asked.money(name)
    through = None if answer is None else answer.attributed / asked.months
    found = asked.spread(name)
    if asked.number == "attributed":
        found = None
    parts = _sum(asked) if asked.formula == "total" else _chain(asked, drawn)
    return Facts(parts=parts, unit=CENTS, spread=found, interval="assumptions", attributed=through)


def _sum(asked: Asked) -> tuple[Part, ...]:
    prices = {name: asked.money(name) for name in ("ads", "sales")}
    return tuple(
        data_part(f"money_{name}", answer.mean / asked.months, CENTS, "assumed")
        for name, answer in prices.items()
        if answer is not None
    )


def _chain(asked: Asked, drawn: RungZeroAssumptions) -> tuple[Part, ...]:
    """Return the links of the chain from what is counted to what is extra."""
    base = asked.inputs.valuation.base
    ratio = _hits(asked) * np.exp(drawn.log_ratio_error)
    first = _net_sales(asked)
    rest: tuple[Part, ...] = ()
    if base.order_per_view is not None:
        first = data_part("visits", base.visits_per_month, COUNT, "measured", COUNTED)
        rest = _clicks_worth(asked)
    levers = tuple(_lever(asked, key, drawn) for key in asked.levers if key not in PAGE)
    better = data_part("better", 1.0 - 1.0 / ratio, "share", source=FITTED)
    return (first, *rest, better, data_part("hit_ratio", ratio, RATIO, source=FITTED), *levers)


def _clicks_worth(asked: Asked) -> tuple[Part, ...]:
    base = asked.inputs.valuation.base
    if asked.formula == "gain_ads":
        pages = base.pages_per_click
        return (
            data_part("pages_per_click", np.nan if pages is None else pages, RATIO, source=FITTED),
            _page_price(asked),
        )
    order = base.order_per_view
    return (
        data_part("order_per_view", np.nan if order is None else order, "share", source=FITTED),
        data_part("order_value", base.order_value_cents, "cents", "measured", COUNTED),
    )


PAGE = frozenset(
    {
        "ads.ad_slots",
        "ads.first_slot_viewability",
        "ads.blocked_rate",
        "ads.fill_rate",
        "ads.platform_fee_rate",
        "ads.cpm_cents",
    }
)
"""Levers that make the price of a page, which stands in the chain as one link."""


def _page_price(asked: Asked) -> Part:
    price = settings_of(asked.scenario).ads_cents_per_page or 0.0
    return data_part("page_price", price, "cents", "assumed", "chosen")


def _net_sales(asked: Asked) -> Part:
    net = asked.inputs.valuation.base.net_sales_cents_per_month
    return data_part("net_sales", net, CENTS, "measured", COUNTED)


def _lever(asked: Asked, key: str, drawn: RungZeroAssumptions) -> Part:
    part = asked.lever(key)
    if key not in DRAWN:
        return part
    return replace(part, mean=float(np.mean(getattr(drawn, DRAWN[key]))))


def _hits(asked: Asked) -> Floats:
    ratios, found = asked.inputs.valuation.ratios, asked.quoted.simulation
    return np.asarray(ratios[found.policy] / ratios[found.baseline])


def _drawn(asked: Asked) -> RungZeroAssumptions:
    return assume(settings_of(asked.scenario), asked.scenario.seed, len(_hits(asked)))
