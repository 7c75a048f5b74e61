"""Laws of estimators of one action (identities P27 to P30 of the specification)."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.evaluation.off_policy import single
from engine.evaluation.off_policy.controls import N_FOLDS
from engine.evaluation.off_policy.guesses import cross_fitted
from engine.evaluation.off_policy.single import ActionLog, Parts

laws = settings(max_examples=200, deadline=None)
WEIGHTED = (single.ips, single.snips, single.doubly_robust, single.self_normalised_robust)


def make_actions(seed: int, n: int, n_actions: int = 4, *, same: bool = False) -> ActionLog:
    """Log actions of a random policy; ``same``: the target is the logging policy."""
    rng = np.random.default_rng(seed)
    logging, target = rng.dirichlet(np.ones(n_actions) * 3, size=2)
    target = logging if same else target
    action = rng.choice(n_actions, size=n, p=logging)
    chance = rng.random(n_actions)
    guess = rng.random((n, n_actions))
    return ActionLog(
        reward=(rng.random(n) < chance[action]).astype(float),
        weight=(target / logging)[action],
        guess=guess[np.arange(n), action],
        target_guess=guess @ target,
    )


logs = st.builds(make_actions, st.integers(0, 9999), st.integers(1, 80))
twins = st.builds(make_actions, st.integers(0, 9999), st.integers(1, 80), same=st.just(True))


@laws
@given(log=twins)
def test_the_logging_policy_is_worth_its_mean(log: ActionLog) -> None:
    mean = log.reward.mean()
    assert single.ips(log).value == mean
    assert single.snips(log).value == pytest.approx(mean, rel=1e-12)
    gap = (log.target_guess - log.guess).mean()
    assert single.doubly_robust(log).value - mean == pytest.approx(gap, abs=1e-12)


@laws
@given(log=logs, shift=st.floats(-5, 5))
def test_only_normalised_weights_shift_with_the_rewards(log: ActionLog, shift: float) -> None:
    moved = replace(log, reward=log.reward + shift)
    snips = single.snips(moved).value - single.snips(log).value
    assert snips == pytest.approx(shift, abs=1e-9)
    for estimator in (single.ips, single.doubly_robust):
        gap = estimator(moved).value - estimator(log).value
        assert gap == pytest.approx(shift * log.weight.mean(), abs=1e-9)


@laws
@given(log=logs, level=st.floats(0, 1))
def test_a_constant_guess_is_what_the_direct_method_returns(log: ActionLog, level: float) -> None:
    flat = np.full_like(log.reward, level)
    log = replace(log, guess=flat, target_guess=flat)
    assert single.direct(log).value == pytest.approx(level, abs=1e-12)


@laws
@given(log=logs)
def test_a_guess_of_nothing_leaves_ips(log: ActionLog) -> None:
    zero = np.zeros_like(log.reward)
    log = replace(log, guess=zero, target_guess=zero)
    assert single.doubly_robust(log).value == single.ips(log).value
    assert single.self_normalised_robust(log).value == single.snips(log).value


@laws
@given(log=logs)
def test_switch_and_shrinkage_lie_between_the_guess_and_doubly_robust(log: ActionLog) -> None:
    robust, guess = single.doubly_robust(log).value, single.direct(log).value
    for estimator in (single.switch, single.shrunk):
        assert estimator(log, np.inf).value == robust
        assert estimator(log, 0.0).value == guess
    assert single.shrunk(log, 1e12).value == pytest.approx(robust, abs=1e-9)


@pytest.mark.parametrize("estimator", WEIGHTED)
def test_estimators_are_right_over_many_logs_and_know_their_error(estimator) -> None:
    rng = np.random.default_rng(3)
    logging, target = np.array([0.5, 0.3, 0.2]), np.array([0.1, 0.2, 0.7])
    chance = np.array([0.1, 0.2, 0.3])
    found: list[Parts] = []
    for _ in range(400):
        action = rng.choice(3, size=400, p=logging)
        wrong = np.array([0.3, 0.1, 0.1])  # a guess that is badly off
        found.append(
            estimator(
                ActionLog(
                    reward=(rng.random(400) < chance[action]).astype(float),
                    weight=(target / logging)[action],
                    guess=wrong[action],
                    target_guess=np.full(400, target @ wrong),
                )
            )
        )
    values = np.array([parts.value for parts in found])
    errors = np.array([parts.standard_error for parts in found])
    assert values.mean() == pytest.approx(target @ chance, abs=4 * values.std() / 20)
    assert errors.mean() == pytest.approx(values.std(), rel=0.15)


def _flat(value: float, error: float) -> Parts:
    ends = value + error * np.array([-1.0, 1.0]) * np.sqrt(2.0)
    zero = np.zeros(2)
    return Parts(plain=ends, corrected=zero, divisor=np.ones(2), credited=zero, weight=zero)


@laws
@given(
    values=st.lists(st.floats(-1, 1), min_size=1, max_size=6),
    first=st.floats(0.01, 1.0),
)
def test_slope_stops_where_bias_shows(values: list[float], first: float) -> None:
    errors = [first / 2**number for number in range(len(values))]
    found = [_flat(value, error) for value, error in zip(values, errors, strict=True)]
    chosen = single.least_biased_first(found)
    ends = [(part.value - 4 * e, part.value + 4 * e) for part, e in zip(found, errors, strict=True)]
    agree = [
        max(low for low, _ in ends[: n + 1]) <= min(high for _, high in ends[: n + 1])
        for n in range(len(ends))
    ]
    assume(all(abs(v) > 1e-9 for v in values))
    assert chosen == (agree.index(False) - 1 if False in agree else len(agree) - 1)


def test_slope_takes_the_narrow_one_that_agrees() -> None:
    assert single.least_biased_first([_flat(1.0, 0.3), _flat(1.1, 0.1), _flat(9.0, 0.01)]) == 1


def test_an_interval_of_actions_holds_their_value_and_users_count_once() -> None:
    log = make_actions(1, 4000)
    rng = np.random.default_rng(1)
    weights = rng.exponential(size=(400, 64))
    row = np.arange(4000)
    alone, together = (
        single.value_of_actions(log, single.doubly_robust(log), user, user % 64, weights)
        for user in (row, row // 40)
    )
    assert alone.low < alone.value == single.doubly_robust(log).value < alone.high
    assert together.ess_positive < alone.ess_positive <= 4000


def test_a_guess_never_saw_the_rows_it_is_asked_about() -> None:
    rng = np.random.default_rng(1)
    action, fold = rng.integers(0, 5, 900), np.arange(900) % N_FOLDS
    context = rng.integers(0, 3, (900, 2))
    reward = rng.random(900) < 0.2 + 0.1 * action
    guess = cross_fitted(action, context, reward, fold, 5)
    other = cross_fitted(action, context, np.where(fold == 1, ~reward, reward), fold, 5)

    np.testing.assert_array_equal(guess[fold == 1], other[fold == 1])
    assert (guess[fold != 1] != other[fold != 1]).all()
    np.testing.assert_allclose(guess.mean(axis=0), 0.2 + 0.1 * np.arange(5), atol=0.12)
