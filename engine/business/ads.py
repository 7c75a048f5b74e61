"""Advertising: sponsored items in some slots of the lists that free users see."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.business.base import check_levers, lever
from engine.tensor import Floats

IMPRESSIONS_PER_MILLE = 1_000
REFERENCE_SLOTS = 10  # the ad-load slopes speak of one slot of a list of ten
RAMP_MONTHS = 2.5  # until about two thirds of a reaction to ads has happened
AD_GAP = 3  # the first ads stand three slots apart, so that two never meet


@dataclass(frozen=True, kw_only=True)
class AdsScenario:
    """What the business may change about advertising."""

    ad_slots: float | None = lever(
        None,
        span=(0.0, 5.0),
        step=0.5,
        unit="slots_per_list",
        evidence=("C", "own_log"),
        bounds=(0.0, 100.0),
    )
    """Sponsored slots of a list [slots]; None keeps today's."""

    cpm_cents: float = lever(
        500.0,
        span=(80.0, 3_000.0),
        step=10.0,
        unit="cents_per_mille",
        evidence=("C", "market_cpm"),
        bounds=(0.0, 1e7),
    )
    """Price of 1,000 viewable ad impressions [cents]."""

    fill_rate: float = lever(
        0.85, span=(0.6, 1.0), step=0.01, unit="share", evidence=("C", "market_fill")
    )
    """Share of offered ad slots that an advertiser buys [0-1]."""

    platform_fee_rate: float = lever(
        0.20, span=(0.15, 0.45), step=0.01, unit="share", evidence=("C", "market_ad_fee")
    )
    """Share of the price that the ad platform keeps [0-1]."""

    blocked_rate: float = lever(
        0.25, span=(0.10, 0.30), step=0.01, unit="share", evidence=("C", "market_blocked")
    )
    """Share of ad slots that ad blockers remove [0-1]."""

    first_slot_viewability: float | None = lever(
        None,
        span=(0.45, 0.80),
        step=0.01,
        unit="share",
        evidence=("C", "market_viewability"),
        fallback=0.7,
    )
    """Share of ads in the first slot that are seen [0-1]; None uses what the log shows."""

    def __post_init__(self) -> None:
        check_levers(self, "ads")


def ad_patterns(ad_slots: float, n_slots: int) -> tuple[tuple[float, NDArray[np.bool_]], ...]:
    """Return the patterns of a list that together show ``ad_slots`` ads on average.

    Notes
    -----
    A number between two integers is a mixture of lists with either integer, and every
    figure of a visit is linear in the mixture. More ads than slots fill all of them.
    """
    wanted = min(ad_slots, float(n_slots))
    below = int(wanted)
    share = wanted - below
    lower = (1.0 - share, ad_pattern(below, n_slots))
    return (lower, (share, ad_pattern(below + 1, n_slots))) if share > 0 else (lower,)


def ad_pattern(n_ads: int, n_slots: int) -> NDArray[np.bool_]:
    """Return which of ``n_slots`` slots are ads; one more ad never moves another.

    Slots 3, 6, 9 … come first, then those before them; the first slot is the last to go.
    """
    order = sorted(range(n_slots), key=lambda slot: (slot == 0, (-slot - 1) % AD_GAP, slot))
    pattern = np.zeros(n_slots, dtype=np.bool_)
    pattern[order[:n_ads]] = True
    return pattern


def rank_weights(pattern: NDArray[np.bool_], examination: Floats) -> Floats:
    """Return how often each organic rank is looked at, of shape (B, K).

    An ad pushes the organic items below it one slot down; the last ranks fall out.
    """
    organic = np.flatnonzero(~pattern)
    weights = np.zeros_like(examination)
    weights[:, : len(organic)] = examination[:, organic]
    return weights


def seen_ads(pattern: NDArray[np.bool_], viewability: Floats) -> Floats:
    """Return the viewable ads of a list by slot, of shape (B, K)."""
    return np.asarray(viewability * pattern)


def sold_share(scenario: AdsScenario) -> float:
    """Return which share of offered ad slots is filled and not blocked."""
    return (1.0 - scenario.blocked_rate) * scenario.fill_rate


def cents_per_seen_ad(scenario: AdsScenario) -> float:
    """Return what the business books for one viewable ad impression [cents]."""
    kept = 1.0 - scenario.platform_fee_rate
    return sold_share(scenario) * kept * scenario.cpm_cents / IMPRESSIONS_PER_MILLE
