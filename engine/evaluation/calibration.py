"""From scores to the probability of a click once a slot is looked at."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from engine.errors import NotEnoughDataError
from engine.evaluation.examination import Examination
from engine.evaluation.impressions import ImpressionLog
from engine.evaluation.weights import group_sums
from engine.tensor import Floats

FEWEST_CLICKS = 30
MOST_STEPS = 50
TOLERANCE = 1e-9
LARGEST_PROBABILITY = 1.0 - 1e-6
WEAK_PRIOR = 1e-3  # a Gaussian penalty that keeps the fit finite where the log says nothing
N_TERMS = 3


@dataclass(frozen=True, kw_only=True, eq=False)
class ClickModel:
    """``logit γ = a·ln σ(z) − b·ln(1 − σ(z)) + c`` with z the standardised score, a, b >= 0."""

    centre: float
    """Mean score of what was shown."""

    scale: float
    """Standard deviation of the scores of what was shown."""

    point: Floats
    """Estimate of (c, a, b), of shape (3,)."""

    draws: Floats
    """Bootstrap draws of (c, a, b), of shape (B, 3)."""

    def terms(self, score: Floats) -> Floats:
        """Return what (c, a, b) multiply, of shape (n, 3); unknown scores count as the mean."""
        z = np.nan_to_num((score - self.centre) / self.scale, nan=0.0)
        return np.stack([np.ones_like(z), -np.logaddexp(0.0, -z), np.logaddexp(0.0, z)], axis=1)

    def probability(self, score: Floats) -> Floats:
        """Return P(click | looked at), of the shape of ``score``."""
        flat = special.expit(self.terms(score.ravel()) @ self.point)
        return np.asarray(flat.reshape(score.shape))


def fit_clicks(
    log: ImpressionLog,
    examination: Examination,
    group_of_user: NDArray[np.integer],
    weights: Floats,
) -> ClickModel:
    """Return the click model of the largest likelihood of ``θ_k · γ(score)``.

    Draws are one Newton step from the estimate under the weights of each draw, with the
    draw's own examination, so that the two keep their covariance.

    Raises
    ------
    NotEnoughDataError
        With fewer than 30 clicks.

    References
    ----------
    Kull, Silva Filho and Flach (2017): beta calibration.
    """
    shown = log.organic(len(examination.point))
    n_clicks = int(shown.clicked.sum())
    if n_clicks < FEWEST_CLICKS:
        raise NotEnoughDataError("clicks_few", found=n_clicks, needed=FEWEST_CLICKS)
    known = shown.score[np.isfinite(shown.score)]
    centre = float(known.mean()) if len(known) else 0.0
    scale = float(known.std()) if len(known) else 0.0
    empty = ClickModel(centre=centre, scale=scale or 1.0, point=np.zeros(N_TERMS), draws=weights)
    terms = empty.terms(shown.score)
    looked = examination.point[shown.slot]
    point = _fit(terms, shown.clicked.astype(float), looked)
    draws = _draws(shown, terms, point, examination, group_of_user, weights)
    return ClickModel(centre=centre, scale=scale or 1.0, point=point, draws=draws)


def _fit(terms: Floats, clicked: Floats, looked: Floats) -> Floats:
    """Return (c, a, b) by Fisher scoring; a or b below zero becomes zero and is left out."""
    free = np.ones(N_TERMS, dtype=bool)
    point = _start(clicked, looked)
    for _ in range(N_TERMS):
        point = _climb(terms, clicked, looked, point * free, free)
        negative = free & (point < 0) & (np.arange(N_TERMS) > 0)
        if not negative.any():
            break
        free &= ~negative
    return np.where(free, point, 0.0)


def _start(clicked: Floats, looked: Floats) -> Floats:
    rate = np.clip(clicked.sum() / looked.sum(), 1e-6, 0.5)
    return np.array([special.logit(rate), 0.5, 0.5])


def _climb(
    terms: Floats, clicked: Floats, looked: Floats, point: Floats, free: NDArray[np.bool_]
) -> Floats:
    for _ in range(MOST_STEPS):
        residual, information, _ = _row_facts(terms, clicked, looked, point)
        slope = terms[:, free].T @ residual - WEAK_PRIOR * point[free]
        curvature = (terms[:, free] * information[:, None]).T @ terms[:, free]
        curvature += WEAK_PRIOR * np.eye(int(free.sum()))
        step = np.linalg.solve(curvature, slope)
        point = point.copy()
        point[free] += np.clip(step, -2.0, 2.0)
        if np.abs(step).max() < TOLERANCE:
            break
    return point


def _row_facts(
    terms: Floats, clicked: Floats, looked: Floats, point: Floats
) -> tuple[Floats, Floats, Floats]:
    """Return score, expected information and mixed information with θ, each (n_rows,)."""
    probability = special.expit(terms @ point)
    seen = np.minimum(looked * probability, LARGEST_PROBABILITY)
    rest = (1.0 - probability) / (1.0 - seen)
    residual = rest * (clicked - seen)
    information = rest * (1.0 - probability) * seen
    return residual, information, rest * probability


def _draws(
    shown: ImpressionLog,
    terms: Floats,
    point: Floats,
    examination: Examination,
    group_of_user: NDArray[np.integer],
    weights: Floats,
) -> Floats:
    free = point != 0
    looked = examination.point[shown.slot]
    facts = _row_facts(terms, shown.clicked.astype(float), looked, point)
    group = group_of_user[shown.user_row]
    size = weights.shape[1]
    used = terms[:, free]
    slope = weights @ _by_group(group, used * facts[0][:, None], size) - WEAK_PRIOR * point[free]
    pairs = (used[:, :, None] * used[:, None, :] * facts[1][:, None, None]).reshape(len(used), -1)
    curvature = (weights @ _by_group(group, pairs, size)).reshape(
        len(weights), *[used.shape[1]] * 2
    )
    curvature += WEAK_PRIOR * np.eye(used.shape[1])
    mixed = np.stack(
        [
            np.bincount(shown.slot, weights=column * facts[2], minlength=len(examination.point))
            for column in used.T
        ]
    )
    slope -= (examination.draws - examination.point) @ mixed.T
    draws = np.tile(point, (len(weights), 1))
    draws[:, free] += np.linalg.solve(curvature, slope[:, :, None])[:, :, 0]
    return draws


def _by_group(group: NDArray[np.integer], columns: Floats, n_groups: int) -> Floats:
    """Return columns summed by user group, of shape (n_groups, n_columns)."""
    none = np.zeros(len(group), dtype=np.int64)
    return np.hstack([group_sums(group, none, column, (n_groups, 1)) for column in columns.T])
