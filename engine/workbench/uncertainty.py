"""Where the width of an amount comes from, in shares and in money, as pages and files tell it."""

from collections.abc import Mapping

import pandas as pd

from engine.simulation.collapse import Collapsed
from engine.simulation.forecast import Chance
from engine.simulation.layers import LAYERS, Layers, layers
from engine.simulation.run import Outcome
from engine.simulation.scenario import Scenario
from engine.workbench.answers import Uncertainty

REST = "rest"


def uncertainty(
    side: Collapsed, scenario: Scenario, chance: Chance, outcome: Outcome
) -> Mapping[str, Uncertainty | None]:
    """Return the layers of each model and of their total; None for a model without a number."""
    found = layers(side, scenario, chance, outcome)
    return {
        name: None if name in outcome.withheld else _told(each) for name, each in found.items()
    }


def layer_table(told: Uncertainty, months: int) -> pd.DataFrame:
    """Return the layers with their share and half-width a month [cents], a row each.

    What sources do only together has no half-width of its own: NaN.
    """
    names = (*LAYERS, REST)
    widths = pd.Series(told.half_widths_cents, dtype=float).reindex(names) / months
    return pd.DataFrame(
        {
            "layer": names,
            "share": [told.shares[name] for name in names],
            "half_width": widths.to_numpy(),
        }
    )


def _told(found: Layers) -> Uncertainty:
    shares = {name: found.share(part.variance) for name, part in found.parts.items()}
    return Uncertainty(
        shares={**shares, REST: found.share(found.rest)},
        half_widths_cents={name: round(part.half_width) for name, part in found.parts.items()},
    )
