"""What another price of items would do to the money of the lists."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from engine.business.ads import AdsScenario
from engine.business.membership import MembershipScenario
from engine.business.sales import SalesScenario, booked_parts
from engine.simulation.assumptions import draws
from engine.simulation.levers import LEVER_BY_KEY
from engine.simulation.run import Outcome
from engine.simulation.scenario import Scenario, scenario_of_log
from engine.simulation.sweep import sweep
from engine.tensor import Floats, Population
from engine.workbench.curves import grid
from engine.workbench.pictures import Band, band
from engine.workbench.pricing import PricingInputs
from engine.workbench.valuing import MAIN

PRICE = "sales.price_ratio"
N_PRICES = 13
CHEAPER, TODAY, DEARER = 0.9, 1.0, 1.1


@dataclass(frozen=True, kw_only=True, eq=False)
class SalesResponses:
    """How people react to item prices, whatever is kept of a sale."""

    ratios: tuple[float, ...]
    """Prices beside today's; P of them."""

    gross: Floats
    """Value of orders over the horizon [cents], of shape (P, B)."""

    cost: Floats
    """Unit costs of all of them [cents], of shape (P, B)."""


@dataclass(frozen=True, kw_only=True)
class PriceCurve:
    """Extra money by item prices [cents over the horizon]."""

    ratios: tuple[float, ...]
    sales: tuple[Band, ...]
    total: tuple[Band, ...]
    """With advertising and membership, which item prices leave alone."""

    cheaper: Band
    """Extra sales at a tenth less than today's prices, against today's."""

    dearer: Band
    """The same at a tenth more."""

    @property
    def best(self) -> float:
        """Prices at which extra sales bring most, by their median."""
        return max(zip(self.ratios, self.sales, strict=True), key=lambda pair: pair[1].p50)[0]


def without_price(scenario: Scenario) -> Scenario:
    """Return the scenario without item prices, what is kept of a sale, and other fees.

    Notes
    -----
    People react to prices, not to margins: all scenarios that share this one share the
    same reactions, so that a move of those sliders costs no simulation.
    """
    return replace(
        scenario,
        ads=AdsScenario(ad_slots=scenario.ads.ad_slots),
        membership=replace(scenario.membership, fee_rate=MembershipScenario().fee_rate),
        sales=SalesScenario(return_rate=0.0),
    )


def sales_responses(
    inputs: PricingInputs, scenario: Scenario, policy: str = MAIN
) -> SalesResponses:
    """Return the reactions to prices over the range of the slider.

    Parameters
    ----------
    scenario : Scenario
        As ``without_price`` gives it: nothing comes back, so that costs are those of all.

    Notes
    -----
    People come for the lists whatever items cost, so who comes is found once.
    """
    ratios = grid(LEVER_BY_KEY[PRICE], N_PRICES)
    found = [one.sales_parts for one in sweep(inputs.collapsed[policy], scenario, PRICE, ratios)]
    return SalesResponses(
        ratios=ratios,
        gross=np.stack([parts.gross.sum(axis=1) for parts in found]),
        cost=np.stack([parts.unit_costs.sum(axis=1) for parts in found]),
    )


def price_curve(
    inputs: PricingInputs, responses: SalesResponses, found: Outcome, scenario: Scenario
) -> PriceCurve:
    """Return extra money by item prices; today's slider is a point of it, to the cent."""
    people = inputs.collapsed[found.policy].population
    extra = _extra(people, responses, scenario)
    rows = dict(zip(responses.ratios, extra, strict=True))
    rows[scenario.sales.price_ratio] = found.sales.incremental.sum(axis=(1, 2))
    ratios = tuple(sorted(rows))
    others = sum(money.incremental.sum(axis=(1, 2)) for money in (found.ads, found.membership))
    today = rows[TODAY]
    return PriceCurve(
        ratios=ratios,
        sales=tuple(band(rows[ratio]) for ratio in ratios),
        total=tuple(band(rows[ratio] + others) for ratio in ratios),
        cheaper=band(rows[CHEAPER] - today),
        dearer=band(rows[DEARER] - today),
    )


def _extra(people: Population, responses: SalesResponses, scenario: Scenario) -> Floats:
    """Return extra sales at every price, of shape (P, B)."""
    full = scenario_of_log(people, scenario)
    assumed = draws(full, full.seed, people.n_draws, people)
    back, causal = assumed.of("sales.return_rate"), assumed.of("sales.causal_share")
    cost = responses.cost.T if people.has_unit_costs else None
    booked = booked_parts(responses.gross.T, cost, back, full.sales).booked
    return np.asarray((causal[:, None] * booked).T)


def curve_table(drawn: PriceCurve, months: int) -> pd.DataFrame:
    """Return a price curve as rows: price, then low, middle and high of both lines a month."""
    frame = pd.DataFrame({"price": drawn.ratios})
    for name, bands in (("sales", drawn.sales), ("total", drawn.total)):
        for level in ("p10", "p50", "p90"):
            frame[f"{name}_{level}"] = [getattr(one, level) / months for one in bands]
    return frame
