"""Values of lists whose later ranks depend on the earlier ones.

For logs with a chance of every rank given the ranks above it. An ε-shuffle is none: the
weight of a prefix there is ``C (C-1) … / ε`` unless the lists agree, and nothing rescues it.
Letters of shapes: ``n`` lists, ``J`` ranks.
"""

from dataclasses import dataclass, replace

import numpy as np

from engine.evaluation.off_policy.single import Parts
from engine.tensor import Floats


@dataclass(frozen=True, kw_only=True, eq=False)
class SequenceLog:
    """Lists as seen by one target policy; arrays of shape (n, J)."""

    reward: Floats
    ratio: Floats
    """``π(a_k | a_<k) / π0(a_k | a_<k)`` of what was shown at each rank."""
    guess: Floats
    """Guessed rewards from this rank on, given what was shown up to it."""
    target_guess: Floats
    """The same before this rank is drawn, by the target policy."""


def prefix_weights(log: SequenceLog) -> Floats:
    """Return the weight of each list up to each rank, of shape (n, J)."""
    return np.asarray(np.cumprod(log.ratio, axis=1))


def list_wise(log: SequenceLog) -> Parts:
    """Inverse propensity of whole lists: always right, and of exploding variance."""
    weight = prefix_weights(log)[:, -1:]
    return _parts(log, np.broadcast_to(weight, log.reward.shape))


def reward_interaction(log: SequenceLog) -> Parts:
    """RIPS (McInerney et al. 2020): a reward weighs by the ranks down to its own."""
    weight = prefix_weights(log)
    return _parts(log, np.broadcast_to(weight, log.reward.shape))


def cascade_robust(log: SequenceLog) -> Parts:
    """Cascade-DR (Kiyohara et al. 2022): RIPS with a guess of what is still to come.

    Notes
    -----
    ``Σ_k w_{1:k} (r_k - q̂_k) + w_{1:k-1} E_π[q̂_k]`` with ``w_{1:0} = 1``.
    """
    weight = prefix_weights(log)
    above = np.hstack([np.ones((len(weight), 1)), weight[:, :-1]])
    fix = weight * (log.reward - log.guess)
    fix[:, 1:] += above[:, 1:] * log.target_guess[:, 1:]
    return replace(_parts(log, weight), plain=log.target_guess[:, 0], corrected=fix.sum(axis=1))


def _parts(log: SequenceLog, weight: Floats) -> Parts:
    credited = (weight * log.reward).sum(axis=1)
    return Parts(
        plain=np.zeros(len(credited)),
        corrected=credited,
        divisor=np.ones(len(credited)),
        credited=credited,
        weight=weight.max(axis=1),
    )
