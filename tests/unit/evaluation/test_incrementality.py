"""The causal share of a holdout: its formula, its limits, and how sure it is."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.evaluation.incrementality import FEWEST_USERS, HoldoutSums, causal_share
from engine.evaluation.weights import bootstrap_weights

N_GROUPS = 64


def a_holdout(seed: int, kappa: float, n_users: int = 4_000, held: float = 0.3) -> HoldoutSums:
    """Users who buy what they buy anyway, and through lists, of which ``kappa`` is extra."""
    rng = np.random.default_rng(seed)
    is_holdout = rng.random(n_users) < held
    through = rng.gamma(0.8, 1_000.0, n_users) * ~is_holdout
    anyway = rng.gamma(0.8, 3_000.0, n_users)
    group = rng.integers(0, N_GROUPS, n_users)
    row = group * 2 + is_holdout
    sums = [
        np.bincount(row, amount, 2 * N_GROUPS)
        for amount in (np.ones(n_users), anyway + kappa * through, through)
    ]
    kept = sums[0] > 0
    number = np.arange(2 * N_GROUPS)[kept]
    return HoldoutSums(
        group=(number // 2).astype(np.int32),
        is_holdout=number % 2 == 1,
        users=sums[0][kept],
        sales_cents=sums[1][kept],
        list_sales_cents=sums[2][kept],
    )


@given(seed=st.integers(0, 500), kappa=st.floats(-0.5, 2.0))
def test_equal_weights_give_the_formula(seed: int, kappa: float) -> None:
    sums = a_holdout(seed, kappa, n_users=400)
    found = causal_share(sums, np.ones((3, N_GROUPS)))

    held = sums.is_holdout
    sales = [sums.sales_cents[side].sum() / sums.users[side].sum() for side in (~held, held)]
    through = sums.list_sales_cents[~held].sum() / sums.users[~held].sum()
    assert found is not None
    np.testing.assert_allclose(found, (sales[0] - sales[1]) / through, rtol=1e-9)


@given(kappa=st.sampled_from([-0.4, 0.2, 1.0, 1.7]))
def test_it_finds_a_share_below_zero_and_above_one_alike(kappa: float) -> None:
    found = causal_share(a_holdout(1, kappa, n_users=60_000), bootstrap_weights(1, N_GROUPS))
    assert found is not None
    assert abs(found.mean() - kappa) < 4 * found.std()


def test_its_interval_covers_the_truth_as_often_as_it_says() -> None:
    weights = bootstrap_weights(1, N_GROUPS, 400)
    covered = 0
    for seed in range(200):
        found = causal_share(a_holdout(seed, 0.3), weights)
        assert found is not None
        low, high = np.quantile(found, (0.05, 0.95))
        covered += low <= 0.3 <= high
    assert 0.84 <= covered / 200 <= 0.95


@pytest.mark.parametrize("held", [0.0, 0.004, 1.0])
def test_too_few_on_one_side_say_nothing(held: float) -> None:
    sums = a_holdout(2, 0.5, n_users=2_000, held=held)
    assert min(sums.users[sums.is_holdout].sum(), sums.users[~sums.is_holdout].sum()) < FEWEST_USERS
    assert causal_share(sums, bootstrap_weights(1, N_GROUPS, 20)) is None


def test_lists_that_sold_nothing_have_no_share() -> None:
    sums = a_holdout(3, 0.5)
    without = HoldoutSums(**{**vars(sums), "list_sales_cents": np.zeros(len(sums.users))})
    assert causal_share(without, bootstrap_weights(1, N_GROUPS, 20)) is None
