"""What experiments of the log say of assumptions, beside their sources."""

from collections.abc import Mapping

import numpy as np

from engine.evaluation.arms import HOLDOUT
from engine.simulation.assumptions import posterior_means
from engine.simulation.levers import find_lever
from engine.tensor import Population, ReactionEvidence
from engine.workbench.answers import Told

SIDES = 2
"""Arms of a holdout: with lists and without."""


def told_by_log(population: Population | None) -> dict[str, Told]:
    """Return what the log says of each lever that an experiment speaks of, by lever."""
    if population is None:
        return {}
    together = posterior_means(population)
    found = {key: _of_arms(key, told, together) for key, told in population.reactions.items()}
    if population.causal_share is not None:
        found["sales.causal_share"] = Told(
            estimate=float(np.mean(population.causal_share)),
            error=population.causal_share_error,
            experiment=HOLDOUT,
            arms=SIDES,
            users=None,
            together=together["sales.causal_share"],
        )
    return found


def _of_arms(key: str, told: ReactionEvidence, together: Mapping[str, float]) -> Told:
    """Return what arms say of one lever; where they say nothing its source stands."""
    speaks = key in together
    return Told(
        estimate=float(np.mean(told.draws)) if speaks else None,
        error=told.error if speaks else None,
        experiment=told.experiment,
        arms=told.arms,
        users=told.users,
        together=together[key] if speaks else find_lever(key).fallback or 0.0,
    )
