"""From scores to the probability that an item is among a user's next new ones."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special
from sklearn.linear_model import LogisticRegression

from engine.evaluation.hits import Pairs
from engine.features.interactions import InteractionLog
from engine.tensor import Floats

DAYS_AHEAD = 30
DAY_SECONDS = 86_400
FEWEST_SUCCESSES = 10


@dataclass(frozen=True, kw_only=True)
class RelevanceModel:
    """``logit P = intercept + slope · z`` with z the standardised score."""

    centre: float
    scale: float
    intercept: float
    slope: float
    days_ahead: int

    def probability(self, score: Floats) -> Floats:
        """Return P(among the next new successes within ``days_ahead`` days)."""
        z = (score - self.centre) / self.scale
        return np.asarray(special.expit(self.intercept + self.slope * z))


def next_new_pairs(test: Pairs, log: InteractionLog, at: int) -> Pairs:
    """Return the pairs of ``test`` that happened within ``DAYS_AHEAD`` days of ``at``."""
    soon = log.positive & (log.at >= at) & (log.at < at + DAYS_AHEAD * DAY_SECONDS)
    key = log.user_row[soon].astype(np.int64) * log.n_items + log.item_row[soon]
    kept = np.isin(test.user_row.astype(np.int64) * log.n_items + test.item_row, key)
    return Pairs(user_row=test.user_row[kept], item_row=test.item_row[kept])


def fit_relevance(score: Floats, chosen: NDArray[np.bool_]) -> RelevanceModel | None:
    """Return the model of the largest likelihood; None with too few successes to fit one.

    Parameters
    ----------
    score : ndarray of shape (n_pairs,)
        Scores of listed pairs by a ranker that saw nothing of what came next.
    chosen : ndarray of shape (n_pairs,)
        Whether the user chose the item within ``DAYS_AHEAD`` days.
    """
    if chosen.sum() < FEWEST_SUCCESSES or chosen.all():
        return None
    centre, scale = float(score.mean()), float(score.std()) or 1.0
    model = LogisticRegression(C=1e6).fit(((score - centre) / scale)[:, None], chosen)
    return RelevanceModel(
        centre=centre,
        scale=scale,
        intercept=float(model.intercept_[0]),
        # a ranker that orders worse than chance has nothing to say of probabilities
        slope=max(float(model.coef_[0, 0]), 0.0),
        days_ahead=DAYS_AHEAD,
    )
