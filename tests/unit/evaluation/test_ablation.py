"""What a part adds is what its lists lose without it, person by person."""

import numpy as np
import pytest

from engine.evaluation.ablation import FULL, ablation
from engine.evaluation.hits import Pairs, RankedPairs
from engine.evaluation.weights import bootstrap_weights
from engine.packing import pack, unpack

N_USERS, N_ITEMS, K = 60, 30, 5


def lists_of(first: np.ndarray) -> RankedPairs:
    """Lists whose first place is given; the others hold what nobody wants."""
    items = np.column_stack([first, np.tile(np.arange(25, 25 + K - 1), (N_USERS, 1))])
    return RankedPairs(
        user_row=np.repeat(np.arange(N_USERS), K),
        item_row=items.ravel(),
        rank=np.tile(np.arange(1, K + 1), N_USERS),
    )


@pytest.fixture(scope="module")
def found():
    wanted = np.arange(N_USERS) % 20
    half = np.where(np.arange(N_USERS) % 2, wanted, 24)
    lists = {FULL: lists_of(wanted), "needed": lists_of(half), "spare": lists_of(wanted)}
    return ablation(
        lists,
        {"needed": "source", "spare": "features"},
        Pairs(user_row=np.arange(N_USERS), item_row=wanted),
        np.arange(N_USERS),
        bootstrap_weights(1, n_groups=N_USERS, n_draws=200),
        n_items=N_ITEMS,
        since=7,
        k=K,
    )


def test_the_loss_is_the_whole_less_the_lists_without(found):
    for part in found.parts:
        for metric, loss in part.loss.items():
            expected = found.full[metric].value - part.without[metric].value
            assert loss.difference == pytest.approx(expected)


def test_half_of_the_people_lose_their_only_hit(found):
    needed = found.parts[0]
    assert (needed.name, needed.kind) == ("needed", "source")
    assert needed.loss["ndcg"].difference == pytest.approx(0.5)
    assert 0.3 < needed.loss["ndcg"].low < 0.5 < needed.loss["ndcg"].high < 0.7
    assert needed.loss["ndcg"].better == 1.0


def test_a_part_that_changes_nothing_is_not_told_apart(found):
    loss = found.parts[1].loss["ndcg"]
    assert (loss.difference, loss.low, loss.high, loss.better) == (0.0, 0.0, 0.0, 0.5)


def test_it_survives_the_way_to_the_disk(found):
    assert unpack(type(found), pack(found)) == found
