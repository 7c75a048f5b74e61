"""The order of what was shown: the best of each user first, ties by the earlier row."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine.evaluation.hits import RankedPairs
from engine.workbench.held_lists import in_order


@given(
    pairs=st.sets(st.tuples(st.integers(0, 4), st.integers(0, 9)), max_size=30),
    k=st.integers(1, 6),
    seed=st.integers(0, 50),
)
def test_each_user_gets_the_best_of_what_was_shown(
    pairs: set[tuple[int, int]], k: int, seed: int
) -> None:
    user, item = np.array(sorted(pairs), np.int32).reshape(-1, 2).T
    score = np.random.default_rng(seed).integers(0, 4, len(user)).astype(float)
    shown = RankedPairs(user_row=user, item_row=item, rank=np.ones(len(user), np.int32))
    found = in_order(shown, score, k)

    for own in range(5):
        mine = user == own
        best = sorted(zip(-score[mine], item[mine], strict=True))[:k]
        expected = [int(number) for _, number in best]
        rows = found.user_row == own
        assert found.item_row[rows].tolist() == expected
        assert found.rank[rows].tolist() == list(range(1, len(expected) + 1))
