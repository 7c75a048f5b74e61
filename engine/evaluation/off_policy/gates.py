"""May this number be shown? Colours with the code of what helps; the words come later."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import special

from engine.evaluation.off_policy.intervals import (
    FEW_POSITIVES,
    MANY_POSITIVES,
    Colour,
    colour_of_positives,
)

GateName = Literal[
    "propensities",
    "plausible",
    "overlap",
    "positives",
    "click_model",
    "rebuilt",
    "calibration",
    "extrapolation",
    "drift",
]
COLOURS: tuple[Colour, ...] = ("green", "amber", "red")

AMBER_Z, RED_Z = 2.0, 4.0
AMBER_OVERLAP, RED_OVERLAP = 0.05, 0.005
FEWEST_LISTS = 100.0
AMBER_UNSUPPORTED, RED_UNSUPPORTED = 0.01, 0.05
AMBER_SLOPE, RED_SLOPE = (0.9, 1.1), (0.7, 1.4)
RED_RANGE = 2.0
AMBER_REBUILT, RED_REBUILT = 0.02, 0.1


@dataclass(frozen=True, kw_only=True)
class Gate:
    """One check with its answer."""

    name: GateName
    colour: Colour
    cure: str
    """Code of what helps; ``none`` where nothing has to."""
    figures: Mapping[str, float]


def worst(gates: Iterable[Gate]) -> Colour:
    """Return the worst colour; green of no gate at all."""
    return max((gate.colour for gate in gates), key=COLOURS.index, default="green")


def propensity_gate(known_share: float) -> Gate:
    """G0: are there propensities at all? Without them every value is a model's only."""
    colour: Colour = "green" if known_share > 0 else "red"
    return _gate("propensities", colour, "log_propensities", known_share=known_share)


def plausibility_gate(z_by_rank: Iterable[float]) -> Gate:
    """G1: do the weights have the mean that right propensities give, at every slot?"""
    largest = largest_z(z_by_rank)
    return _gate("plausible", _by_z(largest), "check_propensities", z=largest)


def largest_z(z_by_rank: Iterable[float]) -> float:
    """Return the largest of several z as the single z that luck brings as often (Šidák).

    Ten slots are ten looks: without this one log in three would be doubted for nothing.
    """
    sizes = [abs(z) for z in z_by_rank]
    alone = 2.0 * special.ndtr(-max(sizes, default=0.0))
    among = -np.expm1(len(sizes) * np.log1p(-min(alone, 1.0 - 1e-12)))
    return float(-special.ndtri(among / 2.0)) if among > 0 else max(sizes, default=0.0)


def overlap_gate(ess: float, n: float, unsupported_share: float) -> Gate:
    """G2: was enough of what the policy shows ever shown?"""
    share = ess / n if n > 0 else 0.0
    if share < RED_OVERLAP or ess < FEWEST_LISTS or unsupported_share > RED_UNSUPPORTED:
        colour: Colour = "red"
    elif share < AMBER_OVERLAP or unsupported_share > AMBER_UNSUPPORTED:
        colour = "amber"
    else:
        colour = "green"
    facts = {"ess": ess, "share": share, "unsupported_share": unsupported_share}
    return _gate("overlap", colour, "explore_more", **facts)


def positives_gate(ess_positive: float) -> Gate:
    """G3: do enough rewards carry the value?"""
    facts = {"found": ess_positive, "enough": MANY_POSITIVES, "fewest": FEW_POSITIVES}
    return _gate("positives", colour_of_positives(ess_positive), "longer_log", **facts)


def click_model_gate(contrast_z: float, clicks_above_z: float) -> Gate:
    """G4: does position alone explain what is looked at?

    Notes
    -----
    Clicks above count only where they make a click less likely: people who click much
    make clicks go together in any log, also where position explains everything.
    """
    largest = max(abs(contrast_z), -clicks_above_z)
    facts = {"contrast_z": contrast_z, "clicks_above_z": clicks_above_z}
    return _gate("click_model", _by_z(largest), "swap_neighbours", **facts)


def rebuilt_gate(contradicted_share: float) -> Gate:
    """Do the ranker's lists, told by other lists, agree with the chances that were logged?"""
    colour = _by_ranges(contradicted_share, (0.0, AMBER_REBUILT), (0.0, RED_REBUILT))
    return _gate("rebuilt", colour, "log_lists", contradicted_share=contradicted_share)


def calibration_gate(slope: float) -> Gate:
    """G5: is the held-out calibration slope of γ near one?"""
    colour = _by_ranges(slope, AMBER_SLOPE, RED_SLOPE)
    return _gate("calibration", colour, "recalibrate", slope=slope)


def extrapolation_gate(value: float, low: float, high: float) -> Gate:
    """G6: does an assumption lie in the range that was tried out?

    Beyond twice the width of the range, counted from its middle, no interval is told.
    """
    middle, half = (low + high) / 2.0, (high - low) / 2.0
    wide = (middle - RED_RANGE * half, middle + RED_RANGE * half)
    colour = _by_ranges(value, (low, high), wide)
    return _gate("extrapolation", colour, "test_range", value=value, low=low, high=high)


def drift_gate(z: float) -> Gate:
    """G7: is the click rate of the last seven days that of the days before?"""
    return _gate("drift", _by_z(abs(z)), "newer_log", z=z)


def _by_z(size: float) -> Colour:
    if size > RED_Z:
        return "red"
    return "amber" if size > AMBER_Z else "green"


def _by_ranges(value: float, good: tuple[float, float], usable: tuple[float, float]) -> Colour:
    if good[0] <= value <= good[1]:
        return "green"
    return "amber" if usable[0] <= value <= usable[1] else "red"


def _gate(name: GateName, colour: Colour, cure: str, **figures: float) -> Gate:
    return Gate(
        name=name, colour=colour, cure="none" if colour == "green" else cure, figures=figures
    )
