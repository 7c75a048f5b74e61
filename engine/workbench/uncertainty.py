"""Where the width of an amount comes from, in shares and in money, as pages and files tell it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from engine.simulation.collapse import Collapsed
from engine.simulation.forecast import Chance
from engine.simulation.layers import LAYERS, Layers, layers
from engine.simulation.run import Outcome
from engine.simulation.scenario import Scenario
from engine.workbench.answers import Uncertainty

REST, CANCELS = "rest", "rest_cancels"
LEAST_REST = 0.005
"""A rest that rounds to less than one percent of the variance is not told."""


@dataclass(frozen=True, kw_only=True)
class WidthPart:
    """One source of width, as a reader meets it."""

    source: str
    """data, assumption, noise, model or rest."""
    share: float
    """Of the variance; below zero where sources cancel."""
    half_width: float | None
    """Of a mean month, by this source alone [cents]; None of the rest."""
    cure: str
    """Key of what would narrow it."""
    stays: float = 0.0
    """Part of the share that nothing narrows, where something narrows the others."""


def uncertainty(
    side: Collapsed, scenario: Scenario, chance: Chance, outcome: Outcome
) -> Mapping[str, Uncertainty | None]:
    """Return the layers of each model and of their total; None for a model without a number."""
    found = layers(side, scenario, chance, outcome)
    return {name: None if name in outcome.withheld else _told(each) for name, each in found.items()}


def width_parts(told: Uncertainty, months: int) -> tuple[WidthPart, ...]:
    """Return the sources of one amount, and what they do together where that is worth telling.

    Parameters
    ----------
    months : int
        Length of the horizon.
    """
    parts = [
        WidthPart(
            source=name,
            share=told.shares[name],
            half_width=told.half_widths_cents[name] / months,
            cure=name,
        )
        for name in LAYERS
    ]
    level = told.level_share
    is_all = told.shares["model"] <= level * (1 + 1e-9)
    parts[-1] = replace(parts[-1], cure="level" if is_all else "model", stays=level)
    rest = told.shares[REST]
    if abs(rest) >= LEAST_REST:
        cure = REST if rest > 0 else CANCELS
        parts.append(WidthPart(source=REST, share=rest, half_width=None, cure=cure))
    return tuple(parts)


def layer_table(parts: Sequence[WidthPart]) -> pd.DataFrame:
    """Return the sources, a row each: source, share, half_width [cents a month] or NaN."""
    widths = [np.nan if part.half_width is None else part.half_width for part in parts]
    return pd.DataFrame(
        {
            "source": [part.source for part in parts],
            "share": [part.share for part in parts],
            "half_width": widths,
        }
    )


def _told(found: Layers) -> Uncertainty:
    shares = {name: found.share(part.variance) for name, part in found.parts.items()}
    return Uncertainty(
        shares={**shares, REST: found.share(found.rest)},
        half_widths_cents={name: round(part.half_width) for name, part in found.parts.items()},
        level_share=found.share(found.level),
    )
