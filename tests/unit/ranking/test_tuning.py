"""Settings that are tried: which one is taken, and on what it is judged."""

from dataclasses import replace

import numpy as np
import pytest

from engine.ranking import tuning
from engine.ranking.examples import NO_EXAMPLES, Examples
from engine.ranking.pair_features import FEATURE_NAMES
from engine.ranking.ranker import Ranker, train_ranker
from engine.ranking.returns import NOBODY
from engine.ranking.settings import RankingSettings
from engine.ranking.tuning import OTHER_STARTS, ROUNDS, SURELY, chosen_of, group_ndcg, tuned_trees
from engine.ranking.windows import Lessons

SETTINGS = RankingSettings(rounds=6, min_label_users=10)
DEFAULT = (SETTINGS.starts, SETTINGS.rounds)
GROUPS_OF_A_USER = 2
OTHER, THIRD = (SETTINGS.starts, 80), (("nothing",), 80)


def lessons(n_groups: int = 600, size: int = 20) -> Lessons:
    """Return groups whose success is told by how far a feature is from 0: no sum has it."""
    rng = np.random.default_rng(3)
    features = rng.random((n_groups * size, len(FEATURE_NAMES))).astype(np.float32) - 0.5
    told = np.abs(features[:, FEATURE_NAMES.index("age")])
    best = told.reshape(n_groups, size).argmax(axis=1)
    labels = np.zeros((n_groups, size), dtype=np.int8)
    labels[np.arange(n_groups), best] = 1
    examples = replace(
        NO_EXAMPLES,
        features=features,
        labels=labels.ravel(),
        group_sizes=np.full(n_groups, size, dtype=np.int64),
        group_users=np.arange(n_groups) // GROUPS_OF_A_USER,
    )
    return Lessons(later=examples, next_step=NO_EXAMPLES, newcomers=NO_EXAMPLES, returns=NOBODY)


def test_ndcg_of_a_group_is_that_of_its_own_order() -> None:
    examples = replace(
        NO_EXAMPLES,
        features=np.zeros((7, len(FEATURE_NAMES)), np.float32),
        labels=np.array([0, 1, 1, 0, 1, 0, 0], np.int8),
        group_sizes=np.array([4, 3], np.int64),
    )
    found = group_ndcg(np.array([4.0, 3.0, 2.0, 1.0, 0.0, 1.0, 2.0]), examples)

    first = (1 / np.log2(3) + 1 / np.log2(4)) / (1 + 1 / np.log2(3))
    assert found == pytest.approx([first, 1 / np.log2(4)])


def test_a_gain_within_its_error_leaves_the_default() -> None:
    rng = np.random.default_rng(1)
    default = rng.random(50)
    lucky = default + rng.normal(0.03, 0.2, 50)
    better = default + rng.normal(0.1, 0.1, 50)

    among_equals = chosen_of([(DEFAULT, default), (OTHER, lucky)])
    with_a_better = chosen_of([(DEFAULT, default), (OTHER, lucky), (THIRD, better)])

    assert 0 < among_equals[1].gain < SURELY * among_equals[1].error
    assert [trial.chosen for trial in among_equals] == [True, False]
    assert [trial.chosen for trial in with_a_better] == [False, False, True]
    assert with_a_better[2].gain == pytest.approx((better - default).mean())
    assert with_a_better[2].users == 50


def test_more_trees_are_taken_where_they_rank_better() -> None:
    settled, trials = tuned_trees(lessons(), replace(SETTINGS, tuning_folds=2), 1, 1)

    assert (trials[0].starts, trials[0].rounds) == DEFAULT
    assert len(trials) == len(ROUNDS) * len((SETTINGS.starts, OTHER_STARTS))
    chosen = next(trial for trial in trials if trial.chosen)
    assert chosen.gain > 0 and chosen.users == 600 / GROUPS_OF_A_USER
    assert (settled.starts, settled.rounds) == (chosen.starts, chosen.rounds)
    assert settled.rounds > SETTINGS.rounds
    assert settled.tuning_folds == 0, "what is settled is not tried again"


def test_nobody_is_judged_by_trees_that_learned_from_her(monkeypatch: pytest.MonkeyPatch) -> None:
    learned, judged = [], []

    def train(examples: Examples, *given: object, **more: object) -> Ranker:
        learned.append(set(examples.group_users))
        return train_ranker(examples, *given, **more)

    def judge(scores: np.ndarray, examples: Examples) -> np.ndarray:
        judged.append(set(examples.group_users))
        return group_ndcg(scores, examples)

    monkeypatch.setattr(tuning, "train_ranker", train)
    monkeypatch.setattr(tuning, "group_ndcg", judge)
    tuned_trees(lessons(), replace(SETTINGS, tuning_folds=2), 1, 1)

    everyone = set(range(600 // GROUPS_OF_A_USER))
    assert len(judged) == len(learned) * len(ROUNDS)
    for trees, others in zip(np.repeat(np.array(learned), len(ROUNDS)), judged, strict=True):
        assert trees and others and trees | others == everyone and not trees & others


def test_the_same_seed_settles_the_same_for_any_threads() -> None:
    assert tuned_trees(lessons(), SETTINGS, 1, 1) == tuned_trees(lessons(), SETTINGS, 1, 2)


def few() -> Examples:
    return lessons().later.groups(np.arange(600) < 15)


@pytest.mark.parametrize(
    ("given", "settings"),
    [
        (lessons(), replace(SETTINGS, tuning_folds=0)),
        (replace(lessons(), later=few()), SETTINGS),
        (replace(lessons(), later=NO_EXAMPLES), SETTINGS),
    ],
    ids=["not_asked", "too_few", "nobody"],
)
def test_settings_stand_where_nothing_can_be_tried(
    given: Lessons, settings: RankingSettings
) -> None:
    assert tuned_trees(given, settings, 1, 1) == (settings, ())
