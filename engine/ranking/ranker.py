"""The blend of the sources: boosted trees, or their plain mean where labels are few.

Trees of two kinds: some learned what users choose at a later visit, some what they choose
next in the one they are in. A user counts for both by the chance of coming back.
"""

import re
from dataclasses import dataclass, field

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray

from engine.ranking.pair_features import FEATURE_NAMES, Features
from engine.ranking.returns import NOBODY, Returns
from engine.ranking.settings import RankingSettings
from engine.ranking.sources import PERSONAL
from engine.rng import integer_seed

LEARNING = {
    "objective": "lambdarank",
    "learning_rate": 0.05,
    "num_leaves": 15,
    "min_data_in_leaf": 100,
    "feature_fraction": 0.6,
    "lambdarank_truncation_level": 20,
    "max_bin": 63,
    "deterministic": True,
    "force_row_wise": True,
    "verbosity": -1,
}
FEW_PAIRS = 100_000
FEW_SEEDS = 3
"""With no more than ``FEW_PAIRS`` pairs to learn from, so many rankers are averaged [count]."""

MEAN_FEATURES = tuple(f"score_{name}" for name in (*PERSONAL, "recent"))
"""What is averaged where there are no trees."""

SCORING_THREADS = 2
"""A pair is scored by one thread, so that their number changes nothing but the time."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Ranker:
    """Trees that are averaged; without any, the mean of the personal sources."""

    models: tuple[str, ...]
    """Trees in LightGBM's text format."""
    n_next: int = 0
    """How many of them, the last ones, foretell the next step [count]."""
    returns: Returns = NOBODY
    boosters: tuple[lgb.Booster, ...] = field(init=False, repr=False, compare=False)
    """The same trees, parsed."""

    def __post_init__(self) -> None:
        parsed = tuple(lgb.Booster(model_str=text) for text in self.models)
        object.__setattr__(self, "boosters", parsed)

    @property
    def is_blend(self) -> bool:
        """Whether too few labels were there to learn from, so that sources are averaged."""
        return not self.models

    def weights(self, features: Features) -> NDArray[np.float64]:
        """Return how much each of the models counts for each pair, (n_models, n_pairs)."""
        n_later = len(self.models) - self.n_next
        if n_later == 0 or self.n_next == 0:
            return np.full((len(self.models), len(features)), 1.0 / max(len(self.models), 1))
        later = self.returns.later_weight(features[:, FEATURE_NAMES.index("user_last_seen")])
        rows = [later / n_later] * n_later + [(1.0 - later) / self.n_next] * self.n_next
        return np.stack(rows)

    def scores(self, features: Features) -> NDArray[np.float64]:
        """Score pairs; higher is better, comparable between users."""
        if len(features) == 0:
            return np.zeros(0)
        if not self.boosters:
            columns = [FEATURE_NAMES.index(name) for name in MEAN_FEATURES]
            return np.asarray(features[:, columns].mean(axis=1), dtype=np.float64)
        total = np.zeros(len(features))
        for booster, weight in zip(self.boosters, self.weights(features), strict=True):
            total += weight * np.asarray(booster.predict(features, num_threads=SCORING_THREADS))
        return total


def join_rankers(later: Ranker, next_step: Ranker, returns: Returns) -> Ranker:
    """Return one ranker of the trees of both."""
    return Ranker(
        models=later.models + next_step.models, n_next=len(next_step.models), returns=returns
    )


def train_ranker(
    features: Features,
    labels: NDArray[np.int8],
    group_sizes: NDArray[np.int64],
    settings: RankingSettings,
    seed: int,
    threads: int,
    start: NDArray[np.float64] | None = None,
) -> Ranker:
    """Train on groups of pairs; a group is one user in one window.

    Parameters
    ----------
    start : ndarray of shape (n_pairs,), optional
        Scores that the trees are added to.
    """
    if len(group_sizes) < settings.min_label_users:
        return Ranker(models=())
    data = lgb.Dataset(
        features,
        label=labels,
        group=group_sizes,
        init_score=start,
        feature_name=list(FEATURE_NAMES),
        params={"verbosity": -1, "num_threads": threads, "max_bin": LEARNING["max_bin"]},
        free_raw_data=False,
    )
    models = []
    repeats = settings.seeds if len(labels) > FEW_PAIRS else max(settings.seeds, FEW_SEEDS)
    for repeat in range(repeats):
        own = {"num_threads": threads, "seed": integer_seed(seed, "ranker", repeat)}
        booster = lgb.train({**LEARNING, **own}, data, num_boost_round=settings.rounds)
        models.append(_without_threads(booster.model_to_string()))
    return Ranker(models=tuple(models))


def _without_threads(model: str) -> str:
    """Drop the number of threads, the only line that depends on the machine."""
    return re.sub(r"^\[num_threads: \d+\]\n", "", model, flags=re.MULTILINE)
