"""How long members stay: the shifted-beta-geometric model, fitted by largest likelihood."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import optimize

from engine.tensor import Floats

FEWEST_CHURNS = 20
WEAK_PRIOR_CENTRE = np.log([0.77, 3.12])
"""Centre of ln α and ln β: the geometric mean of three published fits, (0.668, 3.806) and
(0.704, 1.182) of Fader and Hardie (2007) and (0.97, 6.74) of video subscriptions."""
WEAK_PRIOR_SPREAD = 1.5
"""Normal spread around it; for fits to few members that run to a border."""

HESSIAN_STEP = 1e-4
LOG_BOUNDS = (-6.0, 8.0)


@dataclass(frozen=True, kw_only=True, eq=False)
class ChurnFit:
    """Churn ``h_t = α / (α + β + t − 1)`` at the t-th renewal."""

    alpha_beta: Floats
    """Estimate of (α, β), of shape (2,)."""

    log_covariance: Floats
    """Covariance of (ln α, ln β) by the exact Hessian, of shape (2, 2)."""

    log_likelihood: float


def fit_churn(at_risk: Floats, churned: Floats, *, prior_spread: float | None = None) -> ChurnFit:
    """Return the fit to counts by renewal.

    Parameters
    ----------
    at_risk, churned : ndarray of shape (T,)
        Members who came to their t-th renewal, and those who did not renew; t from 1.
    prior_spread : float, optional
        Spread of a normal prior on ln α and ln β around ``WEAK_PRIOR_CENTRE``; None for plain
        largest likelihood.

    Notes
    -----
    Counting renewals, not members, takes members seen only from a later renewal on,
    or only up to one, as they are. The inverse Hessian that BFGS keeps is too narrow;
    this one is numeric and exact.

    References
    ----------
    Fader and Hardie (2007): how to project customer retention.
    """

    def loss(log_parameters: Floats) -> float:
        return -_log_likelihood(log_parameters, at_risk, churned, prior_spread)

    best = optimize.minimize(loss, np.zeros(2), method="L-BFGS-B", bounds=[LOG_BOUNDS] * 2)
    polished = optimize.minimize(
        loss, best.x, method="Nelder-Mead", options={"xatol": 1e-8, "fatol": 1e-10}
    )
    point = np.clip(polished.x, *LOG_BOUNDS)
    return ChurnFit(
        alpha_beta=np.exp(point),
        log_covariance=np.asarray(np.linalg.pinv(numeric_hessian(loss, point), hermitian=True)),
        log_likelihood=-float(polished.fun),
    )


def churn_draws(at_risk: Floats, churned: Floats, weights: Floats) -> Floats | None:
    """Return draws of (α, β), of shape (B, 2); None with fewer than 20 lost members.

    Parameters
    ----------
    at_risk, churned : ndarray of shape (n_groups, T)
        Counts by user group and renewal.
    weights : ndarray of shape (B, n_groups)

    Notes
    -----
    One Newton step from the estimate under the weights of each draw.
    """
    if churned.sum() < FEWEST_CHURNS:
        return None
    everyone = at_risk.sum(axis=0), churned.sum(axis=0)
    fit = fit_churn(*everyone, prior_spread=WEAK_PRIOR_SPREAD)
    pull = (np.log(fit.alpha_beta) - WEAK_PRIOR_CENTRE) / WEAK_PRIOR_SPREAD**2
    return step_draws(fit, weights @ at_risk, weights @ churned, pull)


def step_draws(fit: ChurnFit, at_risk: Floats, churned: Floats, pull: Floats) -> Floats:
    """Return (α, β) one Newton step from a fit under each draw's counts, of shape (B, 2).

    Parameters
    ----------
    at_risk, churned : ndarray of shape (B, T)
    pull : ndarray of shape (2,)
        What a prior takes off the slopes; zero without one.
    """
    point = np.log(fit.alpha_beta)
    slopes = _slopes(point, at_risk, churned) - pull
    return np.exp(np.clip(point + slopes @ fit.log_covariance, *LOG_BOUNDS))


def numeric_hessian(function: Callable[[Floats], float], point: Floats) -> Floats:
    """Return second derivatives by central differences, of shape (p, p)."""
    size = len(point)
    steps = np.eye(size) * HESSIAN_STEP
    hessian = np.empty((size, size))
    for row in range(size):
        for column in range(size):
            corners = [
                sign_row
                * sign_column
                * function(point + sign_row * steps[row] + sign_column * steps[column])
                for sign_row in (1, -1)
                for sign_column in (1, -1)
            ]
            hessian[row, column] = sum(corners) / (4.0 * HESSIAN_STEP**2)
    return hessian


def _log_likelihood(
    log_parameters: Floats, at_risk: Floats, churned: Floats, prior_spread: float | None
) -> float:
    alpha, beta = np.exp(log_parameters)
    before = np.arange(len(at_risk))
    whole = np.log(alpha + beta + before)
    kept = (at_risk - churned) * (np.log(beta + before) - whole)
    lost = churned * (np.log(alpha) - whole)
    likelihood = float((kept + lost).sum())
    if prior_spread is None:
        return likelihood
    away = log_parameters - WEAK_PRIOR_CENTRE
    return likelihood - float((away**2).sum()) / prior_spread**2 / 2.0


def _slopes(log_parameters: Floats, at_risk: Floats, churned: Floats) -> Floats:
    """Return the derivatives of the likelihood by (ln α, ln β), of shape (B, 2)."""
    alpha, beta = np.exp(log_parameters)
    before = np.arange(at_risk.shape[1])
    whole = at_risk / (alpha + beta + before)
    by_alpha = alpha * (churned / alpha - whole).sum(axis=1)
    by_beta = beta * ((at_risk - churned) / (beta + before) - whole).sum(axis=1)
    return np.stack([by_alpha, by_beta], axis=1)
