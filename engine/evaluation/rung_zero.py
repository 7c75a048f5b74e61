"""What lists may be worth when the log does not say what was shown.

Everything here is a range under assumptions: what is counted, estimated and assumed stays
apart, and nothing is called a confidence interval.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import special
from scipy.stats import qmc

from engine.evaluation.settling import SettlingTest, settling_test
from engine.rng import stream
from engine.tensor import Floats

MODEL_ERROR = 0.4
"""Spread of ln R around the ratio of hits: a hit is a purchase made without the list."""

CLICK_SHARE_SPREAD = 0.5
LIST_SALES_SPREAD = 0.55
CAUSAL_WEIGHT = 10.0  # Beta(2, 8) at a causal share of .2


@dataclass(frozen=True, kw_only=True)
class RungZeroSettings:
    """What is entered or assumed; the defaults are those of the specification."""

    shown_share: float = 1.0
    """Share of visits that show a list (s) [0-1]; to be entered."""
    take_share: float = 1.0
    """What the business keeps of a sale: 1, its margin or its commission [0-1]."""
    click_share: float = 0.07
    """Share of those visits with a click on a list (q) [0-1]."""
    list_sales_share: float = 0.12
    """Share of sales that pass through lists (A) [0-1]."""
    causal_share: float = 0.20
    """Share of sales through lists that would not have happened otherwise (κ)."""
    cost_cents_per_month: float = 0.0
    """What the lists cost [cents a month]; to be entered."""
    membership_cents_per_month: float | None = None
    """What a membership would bring [cents a month]; None when not entered."""
    ads_cents_per_page: float | None = None
    """What the ads of one item page bring [cents]; None when not entered."""
    horizon_months: int = 12
    pinned: frozenset[str] = frozenset()
    """Names of click_share, list_sales_share, causal_share without spread."""


@dataclass(frozen=True, kw_only=True, eq=False)
class RungZeroAssumptions:
    """What is assumed, as draws; each of shape (B,)."""

    click_share: Floats
    list_sales_share: Floats
    causal_share: Floats
    log_ratio_error: Floats


@dataclass(frozen=True, kw_only=True, eq=False)
class RungZeroInputs:
    """What is counted and estimated."""

    visits_per_month: float
    """V"""
    net_sales_cents_per_month: float
    """G"""
    order_value_cents: float
    """p̄"""
    order_per_view: Floats | None
    """c = P(order | item view, same visit), (B,); None in a log without views."""
    pages_per_click: Floats | None
    """d, (B,); None in a log without views."""
    hit_ratio: Floats
    """H of the lists over H of the baseline, (B,)."""
    has_prices: bool
    revenue_variation: float
    """Standard deviation over mean of a user's monthly revenue."""
    active_users_per_month: float
    new_users_per_month: float


@dataclass(frozen=True, kw_only=True)
class Range:
    """Range under assumptions: 80 % of the draws lie between the ends."""

    p10: float
    p50: float
    p90: float


@dataclass(frozen=True, kw_only=True)
class BreakEven:
    """What must hold for the lists to earn their cost; None: they cannot."""

    causal_share: float | None
    ratio: float | None
    extra_members: float | None
    """Members to win; None also when no price was entered."""


@dataclass(frozen=True, kw_only=True, eq=False)
class RungZeroAnswer:
    """Gain of the lists over the better popularity, under assumptions."""

    variant: Literal["views", "orders"]
    hit_ratio: Range
    """Estimated: how much better the lists match new purchases."""
    ratio: Range
    """R: the same with what a ratio of hits cannot know."""
    base: Range | None
    """Sales that pass through lists [cents a month]; None without prices."""
    attributed: Range | None
    """Gain that passes through the lists [cents a month]; None without prices."""
    attributed_draws: Floats | None
    """The same as draws, (B,)."""
    gain: Range | None
    """Gain that would not have come otherwise [cents a month]."""
    gain_horizon: Range | None
    """The same over the horizon [cents]."""
    gain_draws: Floats | None
    """Draws of the gain [cents a month], (B,)."""
    share_of_sales: float | None
    """Median gain before the take over net sales."""
    extra_pages: Range | None
    """Extra item pages a month; None in a log without views."""
    ads_gain: Range | None
    """What ads on them bring [cents a month]; None when no price was entered."""
    ads_draws: Floats | None
    """The same as draws, (B,)."""
    break_even: BreakEven
    test: SettlingTest
    withheld: dict[str, str]
    """Model or policy -> code of why it has no number."""


def assume(settings: RungZeroSettings, seed: int, n_draws: int) -> RungZeroAssumptions:
    """Return the assumptions as draws; moving a value moves no point of the sequence."""
    sampler = qmc.Sobol(4, scramble=True, rng=stream(seed, "rung zero"))
    points = np.clip(sampler.random(1 << max(n_draws - 1, 0).bit_length())[:n_draws], 1e-12, 1)
    normal = special.ndtri(np.minimum(points, 1 - 1e-12))

    def log_normal(name: str, centre: float, spread: float, dimension: int) -> Floats:
        width = 0.0 if name in settings.pinned else spread
        return np.asarray(np.minimum(centre * np.exp(width * normal[:, dimension]), 1.0))

    click = log_normal("click_share", settings.click_share, CLICK_SHARE_SPREAD, 0)
    sales = log_normal("list_sales_share", settings.list_sales_share, LIST_SALES_SPREAD, 1)
    return RungZeroAssumptions(
        click_share=click,
        list_sales_share=sales,
        causal_share=_causal_share(settings, points[:, 2]),
        log_ratio_error=MODEL_ERROR * normal[:, 3],
    )


def value_rung_zero(
    inputs: RungZeroInputs, assumptions: RungZeroAssumptions, settings: RungZeroSettings
) -> RungZeroAnswer:
    """Return what lists may earn over popularity, and what would settle it.

    Notes
    -----
    ``D = V s q c p̄ (1 − 1/R)`` with views, ``D = G A (1 − 1/R)`` with orders only;
    the gain is ``κ D take``. Random lists are not priced: hits say nothing about them.
    """
    ratio = inputs.hit_ratio * np.exp(assumptions.log_ratio_error)
    better = 1.0 - 1.0 / ratio
    base = _base(inputs, assumptions, settings)
    traded = None if base is None else base * better
    causal = assumptions.causal_share
    pages = _extra_pages(inputs, assumptions, settings, better)
    gain = None if traded is None else causal * traded * settings.take_share
    extra = None if traded is None else float(np.median(causal * traded))
    net = inputs.net_sales_cents_per_month
    share = extra / net if extra is not None and net > 0 else None
    ads = settings.ads_cents_per_page
    return RungZeroAnswer(
        variant="orders" if inputs.order_per_view is None else "views",
        hit_ratio=_range(inputs.hit_ratio),
        ratio=_range(ratio),
        base=None if base is None else _range(base),
        attributed=None if traded is None else _range(traded * settings.take_share),
        attributed_draws=None if traded is None else traded * settings.take_share,
        gain=None if gain is None else _range(gain),
        gain_horizon=None if gain is None else _range(gain * settings.horizon_months),
        gain_draws=gain,
        share_of_sales=share,
        extra_pages=None if pages is None else _range(pages),
        ads_gain=None if pages is None or ads is None else _range(pages * ads),
        ads_draws=None if pages is None or ads is None else pages * ads,
        break_even=_break_even(base, better, assumptions, settings),
        test=settling_test(
            effect=share,
            variation=inputs.revenue_variation,
            users_per_month=inputs.active_users_per_month,
            new_users_per_month=inputs.new_users_per_month,
            gain_per_month=None if gain is None else float(np.median(gain)),
        ),
        withheld=_withheld(inputs, settings),
    )


def _causal_share(settings: RungZeroSettings, points: Floats) -> Floats:
    mean = settings.causal_share
    if "causal_share" in settings.pinned or not 0.0 < mean < 1.0:
        return np.full(len(points), mean)
    return np.asarray(special.betaincinv(mean * CAUSAL_WEIGHT, (1 - mean) * CAUSAL_WEIGHT, points))


def _base(
    inputs: RungZeroInputs, assumptions: RungZeroAssumptions, settings: RungZeroSettings
) -> Floats | None:
    """Return sales that pass through lists [cents a month], (B,)."""
    if not inputs.has_prices:
        return None
    if inputs.order_per_view is None:
        return inputs.net_sales_cents_per_month * assumptions.list_sales_share
    clicks = inputs.visits_per_month * settings.shown_share * assumptions.click_share
    return np.asarray(clicks * inputs.order_per_view * inputs.order_value_cents)


def _extra_pages(
    inputs: RungZeroInputs,
    assumptions: RungZeroAssumptions,
    settings: RungZeroSettings,
    better: Floats,
) -> Floats | None:
    if inputs.pages_per_click is None:
        return None
    clicks = inputs.visits_per_month * settings.shown_share * assumptions.click_share
    return np.asarray(assumptions.causal_share * clicks * better * inputs.pages_per_click)


def _break_even(
    base: Floats | None,
    better: Floats,
    assumptions: RungZeroAssumptions,
    settings: RungZeroSettings,
) -> BreakEven:
    """Return the causal share and the ratio at which the median gain is the cost."""
    cost, price = settings.cost_cents_per_month, settings.membership_cents_per_month
    members = cost / price if price else None
    if base is None:
        return BreakEven(causal_share=None, ratio=None, extra_members=members)
    moved = float(np.median(base * better)) * settings.take_share
    extra = float(np.median(base * assumptions.causal_share)) * settings.take_share
    share = cost / moved if moved > 0 else None
    return BreakEven(
        causal_share=share if share is not None and share <= 1 else None,
        ratio=1.0 / (1.0 - cost / extra) if extra > cost else None,
        extra_members=members,
    )


def _withheld(inputs: RungZeroInputs, settings: RungZeroSettings) -> dict[str, str]:
    codes = {"membership": "no_memberships", "random": "random_not_priced"}
    if not inputs.has_prices:
        codes["sales"] = "no_prices"
    if inputs.pages_per_click is None:
        codes["ads"] = "no_views"
    elif settings.ads_cents_per_page is None:
        codes["ads"] = "no_page_price"
    return codes


def _range(draws: Floats) -> Range:
    low, middle, high = np.quantile(draws, (0.1, 0.5, 0.9))
    return Range(p10=float(low), p50=float(middle), p90=float(high))
