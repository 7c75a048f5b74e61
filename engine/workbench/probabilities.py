"""Scores of the lists as probabilities, by what the first training learned of scores."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.evaluation.relevance import RelevanceModel, fit_relevance, next_new_pairs
from engine.evaluation.splits import Split
from engine.features.interactions import InteractionLog
from engine.ranking.lists import ListArrays
from engine.ranking.two_stage import FittedRanker, recommend_each
from engine.rng import stream
from engine.tensor import Floats

FIRST_PLACES = 10
PLACES, MOST_USERS = 50, 2_000


@dataclass(frozen=True, kw_only=True)
class ScoreScale:
    """Level and spread of the scores in the first places of a ranker's lists."""

    centre: float
    scale: float

    def moved(self, score: Floats, to: "ScoreScale") -> Floats:
        """Return scores of this ranker on the scale of another.

        Two rankers of one kind order alike, but their scores have no common zero or unit.
        """
        return np.asarray((score - self.centre) / self.scale * to.scale + to.centre)


@dataclass(frozen=True, kw_only=True)
class Probabilities:
    """What the scores of the first training mean."""

    held: ScoreScale
    """Of the lists that saw nothing of the last part."""
    full: ScoreScale
    """Of the lists of the whole log, which a reader gets."""
    relevance: RelevanceModel | None
    """P(among the next new successes); None with too few of them."""

    def on_held_scale(self, score: Floats) -> Floats:
        """Return scores by the ranker of the whole log on the scale of the first training."""
        return self.full.moved(score, self.held)


def score_scale(rank: NDArray[np.integer], score: Floats) -> ScoreScale:
    """Return the scale of the scores in the first places."""
    first = score[rank <= FIRST_PLACES]
    if len(first) == 0:
        return ScoreScale(centre=0.0, scale=1.0)
    return ScoreScale(centre=float(first.mean()), scale=float(first.std()) or 1.0)


@dataclass(frozen=True, kw_only=True, eq=False)
class Judged:
    """Long lists of some users with what came of them; arrays of shape (n_rows,)."""

    user_row: NDArray[np.integer]
    rank: NDArray[np.integer]
    score: Floats
    chosen: NDArray[np.bool_]
    """Whether the item was among the user's next new successes."""


def lists_to_judge(held: FittedRanker, split: Split, seed: int) -> ListArrays:
    """Return long lists by a ranker for some of its users."""
    history = np.unique(split.train.user_row[split.train.positive])
    users = np.sort(stream(seed, "probability_users").permutation(history)[:MOST_USERS])
    return recommend_each(held, ["ranked"], users, PLACES)["ranked"]


def judged(lists: ListArrays, log: InteractionLog, split: Split) -> Judged:
    """Return lists beside what their users chose afterwards."""
    soon = next_new_pairs(split.test, log, split.at or 0)
    n_items = max(log.n_items, 1)
    chosen = np.isin(
        lists.user_row.astype(np.int64) * n_items + lists.item_row,
        soon.user_row.astype(np.int64) * n_items + soon.item_row,
    )
    return Judged(user_row=lists.user_row, rank=lists.rank, score=lists.score, chosen=chosen)


def learn_probabilities(judged: Judged) -> Probabilities:
    """Return what scores say about what people chose next."""
    scale = score_scale(judged.rank, judged.score)
    relevance = fit_relevance(judged.score, judged.chosen)
    return Probabilities(held=scale, full=scale, relevance=relevance)
