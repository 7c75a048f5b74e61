"""Compiling ahead: at training, so that no page waits for it."""

import numpy as np

from engine.simulation.recursion import Found, Rates, Start, follow
from engine.tensor import Floats


def plain(array: Floats) -> Floats:
    """Return the array as the one kind that the months are compiled for.

    Of another memory order, or read-only, it would be another type to numba, for which all of
    them are compiled anew while a page waits.
    """
    return np.require(array, np.float64, ["C", "W"])


def compile_months() -> None:
    """Compile the months of people, which takes some seconds once on a machine."""
    one, month = np.ones((1, 1)), np.zeros((1, 1, 1))
    follow(
        Start(one, one, one, one, one, month),
        Rates(
            direct=one,
            trial=one,
            odds=one,
            to_paid=one[0],
            decided=np.array([1.0, 0.0]),
            decided_today=one[0],
            readiness=np.ones((1, 2, 1)),
            freshness=one,
            back=one[0],
            stay=0.5,
            churn=np.ones((1, 2)),
            leaving=np.ones((1, 1, 1)),
        ),
        Found(members=month[None], free=month, trial=month.copy(), moving=np.zeros((1, 8))),
    )
