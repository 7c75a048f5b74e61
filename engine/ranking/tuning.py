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

OTHER_STARTS = ("nothing",)
"""What trees are tried to start from beside the default."""

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
    """Judged, each once for every occasion [count]."""
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

    Trees learn from half of the users and are judged on the other half; with two folds the
    halves are turned round as well.
    """
    found: dict[Recipe, list[Floats]] = {}
    occasions = {"later": lessons.later, "next_step": lessons.next_step}
    n_users = 1 + max(int(each.group_users.max(initial=0)) for each in occasions.values())
    half = stream(seed, "tuning").permutation(n_users) % 2 == 0
    for name, examples in occasions.items():
        if len(examples.group_sizes) < 2 * settings.min_label_users:
            continue
        for kept in (half, ~half)[: settings.tuning_folds]:
            own = kept[examples.group_users]
            for key, ndcg in _tried(examples, own, settings, integer_seed(seed, name), threads):
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
    """Yield what trees of the groups ``kept`` are worth to each other user, by recipe."""
    rounds = sorted(max(round(settings.rounds * share), 1) for share in ROUNDS)
    judged = examples.groups(~kept)
    for starts in (settings.starts, OTHER_STARTS):
        own = replace(settings, starts=starts, rounds=rounds[-1])
        ranker = train_ranker(examples.groups(kept), own, seed, threads, repeats=1)
        for count in rounds:
            scores = ranker.mean_score(judged.features, rounds=count)
            yield (starts, count), _by_user(group_ndcg(scores, judged), judged)


def _by_user(ndcg: Floats, examples: Examples) -> Floats:
    """Return the mean over the groups of each user: they are too alike to count apart."""
    _, user, groups = np.unique(examples.group_users, return_inverse=True, return_counts=True)
    return np.asarray(np.bincount(user, ndcg) / groups)


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
