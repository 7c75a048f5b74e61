"""The ranker of all lessons, and what its scores lack for users who are hardly known."""

from dataclasses import replace

from engine.ranking.examples import Examples
from engine.ranking.ranker import Ranker, join_rankers, train_additions, train_ranker
from engine.ranking.settings import RankingSettings
from engine.ranking.windows import Lessons
from engine.rng import integer_seed


def train_both(lessons: Lessons, settings: RankingSettings, seed: int, threads: int) -> Ranker:
    """Return trees of later visits and of next steps as one ranker."""
    later, next_step = (
        train_ranker(examples, settings, integer_seed(seed, name), threads)
        for name, examples in (("later", lessons.later), ("next_step", lessons.next_step))
    )
    return join_rankers(later, next_step, lessons.returns)


def train_newcomers(
    ranker: Ranker, examples: Examples, settings: RankingSettings, seed: int, threads: int
) -> Ranker:
    """Return trees to add to the ranker's scores; without any where too few can teach them.

    Notes
    -----
    Trees of their own, because the same trees for old and new users served the old ones
    worse; added to the ranker's scores, so that both are on one scale.
    """
    few = len(examples.group_sizes) < settings.min_label_users
    if few or settings.newcomer_rounds == 0 or not ranker.boosters:
        return Ranker(models=())
    return train_additions(
        examples,
        ranker.scores(examples.features),
        replace(settings, rounds=settings.newcomer_rounds),
        integer_seed(seed, "newcomers"),
        threads,
    )
