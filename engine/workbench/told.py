"""What experiments of the log say of assumptions, beside their sources."""

import numpy as np

from engine.simulation.assumptions import posterior_means
from engine.tensor import Population
from engine.workbench.answers import Told

HOLDOUT = "recommendations"
SIDES = 2
"""Arms of a holdout: with lists and without."""


def told_by_log(population: Population | None) -> dict[str, Told]:
    """Return what the log says of each lever that an experiment speaks of, by lever."""
    if population is None:
        return {}
    together = posterior_means(population)
    found = {
        key: Told(
            estimate=float(np.mean(told.draws)),
            error=told.error,
            experiment=told.experiment,
            arms=told.arms,
            users=told.users,
            together=together[key],
        )
        for key, told in population.reactions.items()
    }
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
