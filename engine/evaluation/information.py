"""What it is worth to know more before a decision, from draws of what the decision brings.

The decision is between doing something and leaving it: doing it brings ``net``, draw by
draw, leaving it brings nothing.
"""

from functools import lru_cache

import numpy as np
from scipy import special

from engine.tensor import Floats

DEGREE = 3
"""Of the polynomial in the normal score of a parameter that the net benefit is regressed on."""

FALSE_ALARM = 0.001
"""Chance that a parameter of no effect is taken for one with an effect."""

FEWEST_DRAWS = 32
KNOTS = 16
"""Tests between which the turning outcome is a line in the square of their noise, as it is
where effects are normal."""

HALVINGS = 16
"""Of the range in which a test's outcome turns the decision; what the test is worth is flat
around that outcome, so that an error of 1e-5 there is one of 1e-10 here."""

BEYOND = 8.0
"""Standard errors beyond the draws after which an outcome does not occur."""


def perfect(net: Floats) -> float:
    """Return what it is worth to know everything (EVPI), in the unit of ``net``, (B,).

    Notes
    -----
    ``E[max(0, NB)] - max(0, E[NB])``: no test is worth more.
    """
    return max(float(np.maximum(net, 0.0).mean()) - max(0.0, float(net.mean())), 0.0)


def partial(net: Floats, parameter: Floats) -> float:
    """Return what it is worth to know one parameter exactly (EVPPI).

    Parameters
    ----------
    net, parameter : ndarray of shape (B,)
        Draws of the net benefit and, paired with them, of the parameter.

    Notes
    -----
    ``E[max(0, g)] - max(0, E[g])`` with ``g`` the regression of the net benefit on the
    parameter (Strong, Oakley & Brennan 2014): here least squares on a cubic of its normal
    score. A fit to noise would be worth something too: where an F test at 0.1 % sees no
    effect there is none, and elsewhere the fit is drawn to its mean until its variance is
    the one of the adjusted R².
    """
    n_draws = len(net)
    whole = float(np.square(net - net.mean()).sum())
    if n_draws < FEWEST_DRAWS or whole <= 0.0 or np.ptp(parameter) == 0.0:
        return 0.0
    basis = _basis(n_draws)[_ranks(parameter)]
    weights = basis.T @ (net - net.mean())
    explained = min(float(weights @ weights) / whole, 1.0)
    rest = n_draws - 1 - DEGREE
    adjusted = 1.0 - (1.0 - explained) * (n_draws - 1) / rest
    if explained * rest < _critical(rest) * DEGREE * (1.0 - explained):
        return 0.0
    fitted = net.mean() + np.sqrt(max(adjusted, 0.0) / explained) * (basis @ weights)
    return min(perfect(fitted), perfect(net))


def sampled(net: Floats, effect: Floats, noise: Floats) -> Floats:
    """Return what tests of several sizes are worth (EVSI), of shape (W,).

    Parameters
    ----------
    net : ndarray of shape (B,)
        Draws of the net benefit; it must rise with the effect.
    effect : ndarray of shape (B,)
        Draws of what the test measures.
    noise : ndarray of shape (W,)
        Standard error of each test, above zero.

    Notes
    -----
    A test shows ``X = effect + noise Z``. The mean of the net benefit given X weighs each
    draw by the likelihood of X (Menzies 2016), and rises with X; so one does it above the
    outcome x* where that mean is zero: ``E[NB Φ((effect - x*) / noise)] - max(0, E[NB])``.
    So the noise is integrated out, and a larger test is not worth less (Blackwell 1953).
    """
    if not len(noise) or perfect(net) <= 0.0:
        return np.zeros_like(noise)
    knots = noise if len(noise) <= KNOTS else np.geomspace(noise.min(), noise.max(), KNOTS)
    knots = np.sort(knots)
    turn = np.interp(noise**2, knots**2, _turning_outcome(net, effect, knots))
    chosen = special.ndtr((effect - turn[:, None]) / noise[:, None]) @ net / len(net)
    return np.asarray(np.clip(chosen - max(0.0, float(net.mean())), 0.0, perfect(net)))


def _turning_outcome(net: Floats, effect: Floats, noise: Floats) -> Floats:
    """Return the outcome at which the mean net benefit is zero, of shape (W,)."""
    low, high = effect.min() - BEYOND * noise, effect.max() + BEYOND * noise
    for _ in range(HALVINGS):
        middle = (low + high) / 2.0
        log_weight = -0.5 * np.square((middle[:, None] - effect) / noise[:, None])
        # the nearest draw weighs one: far outside all weights would be zero
        log_weight -= log_weight.max(axis=1, keepdims=True)
        pays = np.exp(log_weight) @ net > 0.0
        low, high = np.where(pays, low, middle), np.where(pays, middle, high)
    return np.asarray((low + high) / 2.0)


def _ranks(draws: Floats) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    ranks = np.empty(len(draws), dtype=np.intp)
    ranks[np.argsort(draws, kind="stable")] = np.arange(len(draws))
    return ranks


@lru_cache(maxsize=8)
def _basis(n_draws: int) -> Floats:
    """Return orthonormal polynomials of normal scores without the constant, (B, DEGREE)."""
    score = special.ndtri((np.arange(n_draws) + 0.5) / n_draws)
    basis: Floats = np.linalg.qr(np.vander(score, DEGREE + 1, increasing=True))[0][:, 1:]
    basis.flags.writeable = False  # shared by all who ask
    return basis


@lru_cache(maxsize=8)
def _critical(rest: int) -> float:
    """Return the F ratio that chance exceeds once in a thousand."""
    return float(special.fdtri(DEGREE, rest, 1.0 - FALSE_ALARM))
