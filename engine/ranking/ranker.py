"""The blend of the sources: boosted trees, or their plain mean where labels are few.

Trees start from a weighted sum of a few features and mend it where it is wrong.

Trees of two kinds: some learned what users choose at a later visit, some what they choose
next in the one they are in. A user counts for both by the chance of coming back.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray

from engine.ranking.examples import Examples
from engine.ranking.linear import LinearStart, fit_start
from engine.ranking.pair_features import FEATURE_NAMES, Features
from engine.ranking.returns import NOBODY, Returns
from engine.ranking.settings import RankingSettings
from engine.ranking.sources import PERSONAL, SHARED
from engine.rng import integer_seed

LEARNING = {
    "objective": "lambdarank",
    "num_leaves": 15,
    "min_data_in_leaf": 100,
    "feature_fraction": 0.6,
    "lambdarank_truncation_level": 20,
    "max_bin": 63,
    "deterministic": True,
    "force_row_wise": True,
    "verbosity": -1,
}
MeanScore = Callable[[Features, slice], NDArray[np.float64]]
"""Scores of pairs by some of the models."""

FEW_PAIRS = 100_000
FEW_SEEDS = 3
"""With no more than ``FEW_PAIRS`` pairs to learn from, trees are grown so often from each
start, and averaged [count]."""

STEP, STEP_OF_FEW = 0.1, 0.05
"""How much of what it found a tree adds, and with no more than ``FEW_PAIRS`` pairs."""

STARTS: Mapping[str, tuple[str, ...]] = {
    "nothing": (),
    "likeness": ("score_als", "score_item_to_item", "score_lately"),
    "blend": (
        *(f"score_{name}" for name in (*PERSONAL, *SHARED)),
        "affinity",
        "lift",
        "late_affinity",
        "late_lift",
        "need",
        "recent_in_category",
    ),
}
"""What trees can start from: name -> features that are weighed.

A short sum is steadier on large logs, a long one says more on small ones; the mean of trees
that start from either was as good as the better of both on all logs tried.
"""

MEAN_FEATURES = tuple(f"score_{name}" for name in (*PERSONAL, "recent"))
"""What is averaged where there are no trees."""

NO_WEIGHT = 1e-9
"""Stands for a weight of 0 in logarithms."""

SCORING_THREADS = 2
"""A pair is scored by one thread, so that their number changes nothing but the time."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Ranker:
    """Trees that are averaged; without any, the mean of the personal sources."""

    models: tuple[str, ...]
    """Trees in LightGBM's text format."""
    starts: tuple[LinearStart, ...] = ()
    """What the trees of each model are added to; empty where they start from nothing."""
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

    @property
    def has_starts(self) -> bool:
        """Whether trees start from something that can score without them."""
        return any(len(start.columns) for start in self.starts)

    def weights(self, features: Features) -> NDArray[np.float64]:
        """Return how much each of the models counts for each pair, (n_models, n_pairs).

        A kind of trees counts for a pair by how likely the pair is chosen on its occasion.
        """
        n_later = len(self.models) - self.n_next
        if n_later == 0 or self.n_next == 0:
            return np.full((len(self.models), len(features)), 1.0 / max(len(self.models), 1))
        odds = self._odds(features, self.mean_score)
        later = np.exp(odds[0] - np.logaddexp(*odds))
        return np.stack([later / n_later] * n_later + [(1.0 - later) / self.n_next] * self.n_next)

    def scores(self, features: Features) -> NDArray[np.float64]:
        """Score pairs; higher is better, comparable between users.

        Notes
        -----
        ``ln(w e^l + (1 - w) e^n)`` for scores l of a later visit, n of the next step, and the
        weight w of a later visit: an item need not fit both occasions, as a mean would ask.
        """
        if len(features) == 0:
            return np.zeros(0)
        if not self.boosters:
            columns = [FEATURE_NAMES.index(name) for name in MEAN_FEATURES]
            return np.asarray(features[:, columns].mean(axis=1), dtype=np.float64)
        return self._of_both(features, self.mean_score)

    def start_scores(self, features: Features) -> NDArray[np.float64]:
        """Score pairs by what trees start from, without any tree: near, and much faster."""
        return self._of_both(features, self._mean_start)

    def _of_both(self, features: Features, mean: MeanScore) -> NDArray[np.float64]:
        if self.n_next in (0, len(self.models)):
            return mean(features, slice(None))
        return np.asarray(np.logaddexp(*self._odds(features, mean)))

    def _odds(
        self, features: Features, mean: MeanScore
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return ln(w e^l) and ln((1 - w) e^n) of each pair."""
        n_later = len(self.models) - self.n_next
        later = self.returns.later_weight(features[:, FEATURE_NAMES.index("user_last_seen")])
        return (
            np.log(np.maximum(later, NO_WEIGHT)) + mean(features, slice(n_later)),
            np.log1p(-later) + mean(features, slice(n_later, None)),
        )

    def mean_score(
        self, features: Features, models: slice = slice(None), rounds: int | None = None
    ) -> NDArray[np.float64]:
        """Score pairs by some of the models, by their first ``rounds`` trees or by all."""
        boosters = self.boosters[models]
        total = np.zeros(len(features))
        for booster in boosters:
            grown = booster.predict(features, num_iteration=rounds, num_threads=SCORING_THREADS)
            total += np.asarray(grown)
        for start in self.starts[models]:
            total += start.scores(features)
        return total / len(boosters)

    def _mean_start(self, features: Features, models: slice) -> NDArray[np.float64]:
        starts = self.starts[models]
        total = np.zeros(len(features))
        for start in starts:
            total += start.scores(features)
        return total / max(len(starts), 1)


def join_rankers(later: Ranker, next_step: Ranker, returns: Returns) -> Ranker:
    """Return one ranker of the trees of both."""
    return Ranker(
        models=later.models + next_step.models,
        starts=later.starts + next_step.starts,
        n_next=len(next_step.models),
        returns=returns,
    )


def train_ranker(
    examples: Examples,
    settings: RankingSettings,
    seed: int,
    threads: int,
    repeats: int | None = None,
) -> Ranker:
    """Train on groups of pairs, from each of the starts; a group is one user in one window.

    From each, trees are grown ``repeats`` times, by default as often as the settings say.
    """
    if len(examples.group_sizes) < settings.min_label_users:
        return Ranker(models=())
    models: list[str] = []
    starts: list[LinearStart] = []
    repeats = _repeats(examples, settings) if repeats is None else repeats
    data = _binned(examples, threads)
    for name in settings.starts:
        start = fit_start(examples.features, examples.labels, examples.group_sizes, STARTS[name])
        data.set_init_score(start.scores(examples.features))
        grown = _grown(data, settings, seed, threads, repeats)
        models += grown
        starts += [start] * len(grown)
    return Ranker(models=tuple(models), starts=tuple(starts))


def train_additions(
    examples: Examples,
    scores: NDArray[np.float64],
    settings: RankingSettings,
    seed: int,
    threads: int,
) -> Ranker:
    """Train trees that are added to the ``scores`` (n_pairs,) of another ranker."""
    if len(examples.group_sizes) < settings.min_label_users:
        return Ranker(models=())
    data = _binned(examples, threads).set_init_score(scores)
    repeats = _repeats(examples, settings)
    return Ranker(models=tuple(_grown(data, settings, seed, threads, repeats)))


def _repeats(examples: Examples, settings: RankingSettings) -> int:
    few = len(examples.labels) <= FEW_PAIRS
    return max(settings.seeds, FEW_SEEDS) if few else settings.seeds


def _binned(examples: Examples, threads: int) -> lgb.Dataset:
    """Return the examples as trees take them."""
    return lgb.Dataset(
        examples.features,
        label=examples.labels,
        group=examples.group_sizes,
        feature_name=list(FEATURE_NAMES),
        params={"verbosity": -1, "num_threads": threads, "max_bin": LEARNING["max_bin"]},
        free_raw_data=False,
    ).construct()


def _grown(
    data: lgb.Dataset, settings: RankingSettings, seed: int, threads: int, repeats: int
) -> list[str]:
    """Return trees that mend the scores of ``data``, grown ``repeats`` times."""
    models = []
    few = data.num_data() <= FEW_PAIRS
    step = STEP_OF_FEW if few else STEP
    # On few pairs threads wait for one another longer than they work; trees are the same.
    threads = 1 if few else threads
    for repeat in range(repeats):
        own = {"num_threads": threads, "seed": integer_seed(seed, "ranker", repeat)}
        params = {**LEARNING, **own, "learning_rate": step}
        booster = lgb.train(params, data, num_boost_round=settings.rounds)
        models.append(_without_threads(booster.model_to_string()))
    return models


def _without_threads(model: str) -> str:
    """Drop the number of threads, the only line that depends on the machine."""
    return re.sub(r"^\[num_threads: \d+\]\n", "", model, flags=re.MULTILINE)
