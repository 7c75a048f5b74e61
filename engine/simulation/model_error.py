"""What a click model does not know of the lists it has never seen shown.

Its intervals hold what data and assumptions leave open, not that the model itself may be
wrong about other lists than today's: their events are off by one factor in each draw.
"""

from dataclasses import replace

import numpy as np

from engine.rng import stream
from engine.simulation.collapse import Collapsed
from engine.tensor import Floats

RATIO_SD = 0.2
"""Spread of ln(events of a policy by the model over its true ones), beside today's lists and
beside those of another policy alike (specification of the simulation, 7, rungs 1 and 2)."""


def ratio_error(policy: str, n_draws: int) -> Floats:
    """Return the factor by which a policy's events are off, of shape (B,), mean one.

    Notes
    -----
    Half of its variance is shared by all policies, so that the ratio of two of them spreads
    as much as that of one to today's lists. Draws depend on nothing but the policy's name.
    """
    own, shared = (
        stream(0, "policy_ratio", name).normal(size=n_draws) for name in (policy, "every policy")
    )
    factor = np.exp(RATIO_SD * np.sqrt(0.5) * (own + shared))
    return np.asarray(factor / factor.mean())


def with_ratio_error(collapsed: Collapsed, error: Floats) -> Collapsed:
    """Return the same events with a factor (B,) on each draw."""
    return replace(_scaled(collapsed, error), model_error=error)


def without_ratio_error(collapsed: Collapsed) -> Collapsed:
    """Return the events as the model has them."""
    if collapsed.model_error is None:
        return collapsed
    return replace(_scaled(collapsed, 1.0 / collapsed.model_error), model_error=None)


def _scaled(collapsed: Collapsed, factor: Floats) -> Collapsed:
    tensor, cells = collapsed.tensor, factor[:, None, None, None]
    return replace(
        collapsed,
        by_ads=tuple(events * factor[:, None, None] for events in collapsed.by_ads),
        by_rank=collapsed.by_rank * factor[:, None, None],
        by_rank_today=collapsed.by_rank_today * factor[:, None, None],
        quality_ratio=collapsed.quality_ratio * factor[:, None],
        tensor=replace(
            tensor,
            click=tensor.click * cells,
            order=tensor.order * cells,
            value=tensor.value * cells,
            cost=tensor.cost * cells,
        ),
    )
