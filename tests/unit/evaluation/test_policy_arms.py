"""Reactions to the quality of lists, told by arms of lists: right where lists are unlike."""

from dataclasses import replace

import numpy as np
import pytest

from engine.evaluation.arm_quality import ArmQuality, arm_quality
from engine.evaluation.arms import Arms, compared
from engine.evaluation.memberships import MONTH_SECONDS
from engine.evaluation.policy_arms import policy_reactions, slope_of
from engine.evaluation.reactions import reactions
from engine.evaluation.slopes import Slopes
from engine.evaluation.weights import bootstrap_weights
from engine.simulation.assumptions import kept_positive, with_evidence
from tests.unit.evaluation.list_arms import N_GROUPS, N_MONTHS, Truth, a_log

USE, CHURN = "reaction.use_per_quality", "reaction.churn_per_quality"
PRIORS = {USE: (0.30, 0.15), CHURN: (0.50, 0.25)}
"""Location and spread of what worlds are drawn from: the priors of the levers."""

WORLDS = 100
WEIGHTS = bootstrap_weights(1, N_GROUPS, 400)
UNLIKE = {"newer": 0.2, "none": 0.0, "older": 0.1}
ALIKE = {"newer": 0.1, "older": 0.1}


def drawn(key: str, rng: np.random.Generator) -> float:
    """Return a truth from the prior of a lever, which is cut at zero."""
    found = -1.0
    while found < 0.0:
        found = rng.normal(*PRIORS[key])
    return found


def together(key: str, draws: np.ndarray, error: float, rng: np.random.Generator) -> np.ndarray:
    """Return draws of prior and evidence put together, as the simulation does it."""
    location, spread = PRIORS[key]
    found = with_evidence(rng.normal(location, spread, len(draws)), spread, draws, error)
    return kept_positive(found, spread, location, draws, error)


@pytest.fixture(scope="module")
def worlds():
    """What 100 worlds say: lever -> truth, ends of 90 % of the log, and of log and prior."""
    found: dict[str, list[tuple[float, ...]]] = {USE: [], CHURN: []}
    for seed in range(WORLDS):
        rng = np.random.default_rng([seed, 5])
        truth = {key: drawn(key, rng) for key in PRIORS}
        log = a_log(seed, Truth(use=truth[USE], churn=truth[CHURN], clicks=UNLIKE, n_users=900))
        for key, told in policy_reactions(log, WEIGHTS).items():
            posterior = together(key, told.draws, told.error, rng)
            ends = (np.quantile(draws, (0.05, 0.95)) for draws in (told.draws, posterior))
            found[key].append((truth[key], *next(ends), *next(ends)))
    return {key: np.array(rows) for key, rows in found.items()}


@pytest.mark.parametrize("key", [USE, CHURN])
def test_intervals_hold_the_truth_as_often_as_they_say(worlds, key: str) -> None:
    truth, low, high, low_together, high_together = worlds[key].T
    assert len(truth) == WORLDS
    assert 0.83 <= ((low <= truth) & (truth <= high)).mean() <= 0.97
    assert 0.83 <= ((low_together <= truth) & (truth <= high_together)).mean() <= 0.97
    assert (high_together - low_together < high - low).all()


@pytest.mark.parametrize("key", [USE, CHURN])
def test_the_middle_of_many_worlds_is_the_truth(worlds, key: str) -> None:
    truth, low, high = worlds[key].T[:3]
    missed = (low + high) / 2.0 - truth
    assert abs(missed.mean()) < 3.5 * missed.std() / np.sqrt(WORLDS)


def test_it_says_how_it_was_found() -> None:
    told = policy_reactions(a_log(1, Truth()), WEIGHTS)
    assert set(told) == {USE, CHURN}
    for one in told.values():
        assert (one.experiment, one.arms, one.users) == ("policy", 2, 1_500)
        assert one.draws.std() == pytest.approx(one.error, rel=0.2)


def test_lists_that_are_alike_say_nothing() -> None:
    silent = [policy_reactions(a_log(seed, Truth(clicks=ALIKE)), WEIGHTS) for seed in range(8)]
    quiet = [told for told in silent if np.isinf(told[USE].error)]
    assert len(quiet) >= 6  # one in twenty differs by chance
    for told in quiet:
        assert set(told) == {USE, CHURN} and np.isinf(told[CHURN].error)
        assert not told[USE].draws.any()
        assert (told[USE].arms, told[USE].users) == (2, 1_500)


def test_a_difference_that_is_hardly_sure_widens_what_is_said() -> None:
    log = a_log(3, Truth(clicks={"newer": 0.12, "older": 0.1}))
    arms = compared(log.arms["policy"], log.users, positive=False)
    quality = arm_quality(log, arms, log.arms["policy"].names)
    assert quality.is_sure
    effect = Slopes(point=0.5 * quality.log_views, influence=np.full((N_GROUPS, 1), 1e-6))
    exact = replace(quality, influence=np.zeros_like(quality.influence))
    errors = [np.sqrt((slope_of(effect, one)[1] ** 2).sum()) for one in (quality, exact)]
    relative = np.sqrt((quality.influence**2).sum()) / abs(quality.log_views[0])
    assert errors[0] == pytest.approx(0.5 * relative, rel=0.01)
    assert errors[1] < 0.05 * errors[0]


def test_a_line_through_uncertain_qualities_is_not_too_flat() -> None:
    """Twelve arms, whose quality is known as badly as it varies: least squares halves it."""
    rng = np.random.default_rng(0)
    nobody = np.zeros(0)
    arms = Arms(values=np.arange(13.0), arm=nobody.astype(int), started_at=nobody, ended_at=nobody)
    slopes, flat = [], []
    for _ in range(200):
        true = rng.normal(0.0, 1.0, 12)
        seen = true + rng.normal(0.0, 1.0, 12)
        quality = ArmQuality(
            arms=arms,
            others=np.arange(1, 13),
            log_views=seen,
            influence=np.vstack([np.eye(12), np.zeros((12, 12))]),
        )
        effect = Slopes(
            point=0.5 * true + rng.normal(0.0, 0.3, 12),
            influence=np.vstack([np.zeros((12, 12)), 0.3 * np.eye(12)]),
        )
        slopes.append(slope_of(effect, quality)[0])
        flat.append(seen @ effect.point / (seen @ seen))
    assert np.median(flat) < 0.3
    assert np.median(slopes) == pytest.approx(0.5, abs=0.06)


def test_the_surest_of_two_experiments_speaks() -> None:
    sure = a_log(2, Truth(clicks={"none": 0.0, "older": 0.1}), "recommendations")
    weak = a_log(2, Truth(clicks=ALIKE))
    both = replace(sure, arms={**sure.arms, **weak.arms})
    told = policy_reactions(both, WEIGHTS)
    assert {one.experiment for one in told.values()} == {"recommendations"}
    assert told[USE].draws.tobytes() == policy_reactions(sure, WEIGHTS)[USE].draws.tobytes()


def test_arms_that_were_held_for_less_than_two_months_are_not_used() -> None:
    log = a_log(1, Truth())
    arms = log.arms["policy"]
    for months, held in ((1.9, set()), (2.1, {USE, CHURN})):
        since = np.full_like(arms.started_at, (N_MONTHS - months) * MONTH_SECONDS)
        late = replace(log, arms={"policy": replace(arms, started_at=since)})
        assert set(policy_reactions(late, WEIGHTS)) == held


def test_without_memberships_only_visits_speak() -> None:
    assert set(policy_reactions(replace(a_log(1, Truth()), memberships=None), WEIGHTS)) == {USE}


def test_only_experiments_of_lists_are_asked() -> None:
    log = a_log(1, Truth(), experiment="colour")
    assert policy_reactions(log, WEIGHTS) == {} == reactions(log, WEIGHTS)
    named = replace(log, arms={"policy": log.arms["colour"]})
    assert set(reactions(named, WEIGHTS)) == {USE, CHURN}


def test_the_same_log_gives_the_same_bits() -> None:
    truth = Truth(clicks={"best": 0.3, "newer": 0.2, "older": 0.1})
    first, second = (policy_reactions(a_log(4, truth), WEIGHTS) for _ in range(2))
    assert {key: one.draws.tobytes() for key, one in first.items()} == {
        key: one.draws.tobytes() for key, one in second.items()
    }
