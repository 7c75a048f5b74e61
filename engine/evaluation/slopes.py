"""How steeply a count moves with what lots gave to people: one slope, in draws."""

import warnings
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from scipy import special

from engine.tensor import Floats

FEWEST_EVENTS = 30
"""Events that a slope needs before it says anything."""

SMALLEST_ERROR = 1e-12  # less is the dust of sums: one group alone cannot tell how sure it is

Family = Literal["poisson", "binomial"]
"""``poisson``: events per exposure, log link; ``binomial``: events per trial, logit link."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Cells:
    """Events by user group, arm and stratum."""

    events: Floats
    """Of shape (n_groups, A, M)."""
    exposure: Floats
    """Time, examined slots or trials, of shape (n_groups, A, M)."""
    regressor: Floats
    """What the arm gave, of shape (A, M)."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Slope:
    """A slope and how sure it is."""

    draws: Floats
    """Of shape (B,)."""
    error: float
    """Standard error by user groups."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Slopes:
    """Several slopes of one count."""

    point: Floats
    """Of shape (P,)."""
    influence: Floats
    """By how much a whole weight of each user group moves them, of shape (n_groups, P)."""


def fit_slope(cells: Cells, weights: Floats, family: Family) -> Slope | None:
    """Return the slope of a count on a regressor; None where the cells do not tell it.

    Parameters
    ----------
    weights : ndarray of shape (B, n_groups)
        The bootstrap weights that every other statistic uses.

    Notes
    -----
    A generalised linear model with an intercept in every stratum. Draws are one Newton step
    from the estimate under the weights of each draw, ``b + H⁻¹ Σ_g W_bg u_g`` with ``u_g``
    the score of a user group, so that users who differ in activity widen them: a
    quasi-likelihood with an error by groups.

    References
    ----------
    McCullagh and Nelder (1989): generalized linear models. Liang and Zeger (1986).
    """
    found = fit_slopes(cells, cells.regressor[None], family)
    if found is None:
        return None
    influence = found.influence[:, 0]
    error = float(np.sqrt((influence**2).sum()))
    if not np.isfinite(error) or error < SMALLEST_ERROR:
        return None
    return Slope(draws=np.asarray(found.point[0] + weights @ influence), error=error)


def fit_slopes(cells: Cells, regressors: Floats, family: Family) -> Slopes | None:
    """Return the slopes on several regressors at once, as `fit_slope` finds one.

    Parameters
    ----------
    regressors : ndarray of shape (P, A, M)
        In place of the one of the cells.
    """
    whole = cells.events.sum(axis=0)
    if whole.sum() < FEWEST_EVENTS or (whole.sum(axis=1) > 0).sum() < 2:
        return None
    used = (cells.exposure.sum(axis=0) > 0) & (whole.sum(axis=0) > 0)
    events, exposure = cells.events[:, used], cells.exposure[:, used]  # (n_groups, n_cells)
    design = _design(regressors, used)
    if np.linalg.matrix_rank(design) < design.shape[1]:
        return None
    total = events.sum(axis=0)
    trials = exposure.sum(axis=0)
    if family == "binomial":
        trials = np.maximum(trials, total)  # a share above one is no share
    point = _estimate(total, trials, design, family)
    if point is None:
        return None
    rate, curvature = _rate(design @ point, family)
    information = (design * (trials * curvature)[:, None]).T @ design
    score = (events - exposure * rate) @ design
    inverse = np.linalg.pinv(information, hermitian=True)
    n_slopes = len(regressors)
    return Slopes(
        point=point[:n_slopes],
        influence=np.stack([score @ inverse[:, slope] for slope in range(n_slopes)], axis=1),
    )


def _design(regressors: Floats, used: np.ndarray[Any, np.dtype[np.bool_]]) -> Floats:
    """Return regressors and one column per stratum, of shape (n_cells, P + n_strata)."""
    stratum = np.broadcast_to(np.arange(used.shape[1]), used.shape)[used]
    names = np.unique(stratum)
    strata = (stratum[:, None] == names).astype(np.float64)
    return np.column_stack([*(regressor[used] for regressor in regressors), strata])


def _estimate(total: Floats, trials: Floats, design: Floats, family: Family) -> Floats | None:
    """Return the coefficients, the slopes first; None where they run away."""
    # takes a third of a second to load, and most logs have no arms
    from statsmodels.genmod import families
    from statsmodels.genmod.generalized_linear_model import GLM

    if family == "poisson":
        model = GLM(total, design, family=families.Poisson(), exposure=trials)
    else:
        pairs = np.column_stack([total, trials - total])
        model = GLM(pairs, design, family=families.Binomial())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what does not converge is answered with None
        found = model.fit()
    point = np.asarray(found.params, dtype=np.float64)
    return point if found.converged and np.isfinite(point).all() else None


def _rate(linear: Floats, family: Family) -> tuple[Floats, Floats]:
    """Return events per exposure, and their derivative by the linear part."""
    if family == "poisson":
        rate = np.exp(linear)
        return rate, rate
    share = special.expit(linear)
    return share, share * (1.0 - share)
