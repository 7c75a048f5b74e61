"""Laws of estimators of lists read from the top (identity P31 of the specification)."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.evaluation.off_policy import sequences
from engine.evaluation.off_policy.sequences import SequenceLog

laws = settings(max_examples=200, deadline=None)
ESTIMATORS = (sequences.list_wise, sequences.reward_interaction, sequences.cascade_robust)


def random_log(seed: int, n: int, k: int) -> SequenceLog:
    rng = np.random.default_rng(seed)
    reward, ratio, guess, target = rng.random((4, n, k)) * 2
    return SequenceLog(reward=reward, ratio=ratio, guess=guess, target_guess=target)


logs = st.builds(random_log, st.integers(0, 9999), st.integers(1, 30), st.integers(1, 6))


@laws
@given(log=logs)
def test_the_weight_of_a_list_is_the_product_of_its_ranks(log: SequenceLog) -> None:
    found = sequences.prefix_weights(log)
    np.testing.assert_allclose(found[:, -1], np.prod(log.ratio, axis=1), rtol=1e-12)
    whole = (np.prod(log.ratio, axis=1) * log.reward.sum(axis=1)).mean()
    assert sequences.list_wise(log).value == pytest.approx(whole, rel=1e-12)


@laws
@given(log=logs)
def test_without_a_guess_or_beyond_one_rank_estimators_meet(log: SequenceLog) -> None:
    zero = np.zeros_like(log.guess)
    blind = replace(log, guess=zero, target_guess=zero)
    rips = sequences.reward_interaction(log).value
    assert sequences.cascade_robust(blind).value == pytest.approx(rips, rel=1e-12)

    first = SequenceLog(**{name: part[:, :1] for name, part in vars(log).items()})
    alone = sequences.reward_interaction(first).value
    assert sequences.list_wise(first).value == pytest.approx(alone, rel=1e-12)


@laws
@given(log=logs)
def test_the_logging_policy_is_worth_its_mean(log: SequenceLog) -> None:
    log = replace(log, ratio=np.ones_like(log.ratio))
    mean = log.reward.sum(axis=1).mean()
    for estimator in ESTIMATORS[:2]:
        assert estimator(log).value == pytest.approx(mean, rel=1e-12)
    gap = (log.target_guess - log.guess).sum(axis=1).mean()
    assert sequences.cascade_robust(log).value - mean == pytest.approx(gap, abs=1e-9)


def _cascade(seed: int, n: int, k: int = 4) -> tuple[SequenceLog, float]:
    """Two items a rank, drawn anew; a reader leaves after a click. Returns the truth too."""
    rng = np.random.default_rng(seed)
    logging, target, click = np.array([0.6, 0.4]), np.array([0.2, 0.8]), np.array([0.2, 0.5])
    item = (rng.random((n, k)) < logging[1]).astype(int)
    here = np.cumprod(rng.random((n, k)) >= click[item], axis=1)
    reading = np.hstack([np.ones((n, 1)), here[:, :-1]])
    rate = float(target @ click)
    left = k - np.arange(k)
    still = (1 - (1 - rate) ** left) / rate  # ranks that the target is expected to be read at
    after = np.append(still[1:], 0.0) * rate
    # who has clicked above is not known to the guess: it takes the mean, wrongly
    guess = click[item] + (1 - click[item]) * after
    log = SequenceLog(
        reward=reading * (1 - here),
        ratio=(target / logging)[item],
        guess=guess,
        target_guess=np.tile(rate + (1 - rate) * after, (n, 1)),
    )
    return log, 1 - (1 - rate) ** k


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_estimators_are_right_where_readers_leave_after_a_click(estimator) -> None:
    found = [(estimator(log).value, truth) for log, truth in (_cascade(s, 300) for s in range(200))]
    values, truth = np.array(found).T
    error = values.std() / np.sqrt(len(values))
    assert values.mean() == pytest.approx(truth[0], abs=4 * error)
    assert error < 0.02


def test_weighing_only_the_ranks_above_is_less_noisy_than_whole_lists() -> None:
    log, _ = _cascade(1, 20_000)
    rips = sequences.reward_interaction(log).standard_error
    assert rips < sequences.list_wise(log).standard_error
