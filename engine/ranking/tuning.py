"""Settings that are tried inside the training part, on users the trees have not seen.

The default stands unless another setting is surely better: among equals, the lucky one would
be taken, and no list would be better for it. The work is bounded by the examples, of which
there are no more on a larger log, and does not depend on the speed of the machine.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.ranking.examples import Examples
from engine.ranking.ranker import train_ranker
from engine.ranking.settings import RankingSettings
from engine.ranking.windows import Lessons
from engine.rng import integer_seed, stream

SURELY = 2.0
"""Standard errors by which a setting has to be better than the default."""

ROUNDS = (0.5, 1.0, 2.0)
"""Trees tried, times those of the default."""

STARTS = (("likeness", "blend"), ("nothing",))
"""What trees start from, as tried."""

PLACES = 10

Floats = NDArray[np.float64]
Recipe = tuple[tuple[str, ...], int]
"""Starts and rounds."""


@dataclass(frozen=True, kw_only=True)
class Trial:
    """What some settings reached on users kept out of them."""

    starts: tuple[str, ...]
    rounds: int
    ndcg: float
    gain: float
    """Mean of the paired difference from the default."""
    error: float
    """Standard error of the gain."""
    users: int
    chosen: bool = False


def chosen_of(found: Sequence[tuple[Recipe, Floats]]) -> tuple[Trial, ...]:
    """Return a trial for each recipe, of which exactly one is chosen.

    Parameters
    ----------
    found : sequence of (recipe, ndcg)
        The default first; the quality of the lists of the same users in the same order.
    """
    default = found[0][1]
    trials = []
    for (starts, rounds), ndcg in found:
        gains, n = ndcg - default, len(default)
        error = float(gains.std(ddof=1) / np.sqrt(n)) if n > 1 else 0.0
        gain = float(gains.mean())
        trials.append(
            Trial(
                starts=starts,
                rounds=rounds,
                ndcg=float(ndcg.mean()),
                gain=gain,
                error=error,
                users=n,
            )
        )
    sure = [0, *(n for n, trial in enumerate(trials) if trial.gain > SURELY * trial.error)]
    best = max(sure, key=lambda n: (trials[n].gain, -n))
    return tuple(replace(trial, chosen=n == best) for n, trial in enumerate(trials))


def tuned_trees(
    lessons: Lessons, settings: RankingSettings, seed: int, threads: int
) -> tuple[RankingSettings, tuple[Trial, ...]]:
    """Return the settings of the trees that rank best, and all that were tried.

    Trees learn from half of the groups of each occasion and are judged on the other half; by
    ``thorough``, the halves are turned round as well.
    """
    found: dict[Recipe, list[Floats]] = {}
    for name, examples in (("later", lessons.later), ("next_step", lessons.next_step)):
        if len(examples.group_sizes) < 2 * settings.min_label_users:
            continue
        half = stream(seed, "tuning", name).permutation(len(examples.group_sizes)) % 2 == 0
        for kept in (half, ~half)[: settings.tuning_folds]:
            for key, ndcg in _tried(examples, kept, settings, integer_seed(seed, name), threads):
                found.setdefault(key, []).append(ndcg)
    if not found:
        return settings, ()
    default = (settings.starts, settings.rounds)
    keys = sorted(found, key=lambda key: key != default)
    trials = chosen_of([(key, np.concatenate(found[key])) for key in keys])
    best = next(trial for trial in trials if trial.chosen)
    return replace(settings, starts=best.starts, rounds=best.rounds, tuning_folds=0), trials


def _tried(
    examples: Examples, kept: NDArray[np.bool_], settings: RankingSettings, seed: int, threads: int
) -> Iterator[tuple[Recipe, Floats]]:
    """Yield what trees of the groups ``kept`` are worth to the others, by starts and rounds."""
    rounds = sorted(round(settings.rounds * share) for share in ROUNDS)
    judged = examples.groups(~kept)
    for starts in dict.fromkeys((settings.starts, *STARTS)):
        own = replace(settings, starts=starts, rounds=rounds[-1], seeds=1)
        ranker = train_ranker(examples.groups(kept), own, seed, threads, repeats=1)
        for count in rounds:
            scores = ranker.mean_score(judged.features, rounds=count)
            yield (starts, count), group_ndcg(scores, judged)


def group_ndcg(scores: Floats, examples: Examples) -> Floats:
    """Return NDCG at ``PLACES`` of each group, (n_groups,); every group has a success."""
    sizes = examples.group_sizes
    group = np.repeat(np.arange(len(sizes)), sizes)
    order = np.lexsort((-scores, group))
    place = np.arange(len(group)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    worth = np.where(place < PLACES, 1.0 / np.log2(place + 2.0), 0.0)
    gained = np.bincount(group, worth * examples.labels[order], minlength=len(sizes))
    successes = np.bincount(group, examples.labels, minlength=len(sizes)).astype(np.int64)
    ideal = np.concatenate([[0.0], np.cumsum(1.0 / np.log2(np.arange(PLACES) + 2.0))])
    return np.asarray(gained / ideal[np.minimum(successes, PLACES)])
