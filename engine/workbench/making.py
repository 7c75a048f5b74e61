"""Lists with the probabilities of their rows, as the frame that is stored."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from engine.evaluation.hits import RankedPairs
from engine.evaluation.valuation import Calibration
from engine.ranking.two_stage import FittedRanker, ListArrays, score_pairs
from engine.ranking.value_order import value_of_rows, value_ranks
from engine.tensor import Floats
from engine.workbench.probabilities import Probabilities

DELIVERED = "delivered"
"""Source and reason of a row that another recommender made."""

CANDIDATES = 100
"""Places that are put in a new order when money counts."""


def listed(
    lists: ListArrays,
    policy: str,
    score: Floats,
    calibration: Calibration | None,
    learned: Probabilities | None,
) -> pd.DataFrame:
    """Return lists as the frame that is stored.

    Parameters
    ----------
    score : ndarray of shape (n_rows,)
        Scores of the rows by the ranker of the whole log, whatever made the lists.
    """
    click = order = np.full(len(score), np.nan)
    if calibration is not None and learned is not None:
        known = learned.on_held_scale(score)
        click = calibration.click_probability(known)
        order = click * calibration.order_probability(lists.item_row, known)
    columns = {name: getattr(lists, name) for name in lists.__dataclass_fields__}
    return pd.DataFrame({"policy": policy, **columns, "gamma": click, "order_probability": order})


def of_delivered(entries: RankedPairs, users: NDArray[np.int64]) -> ListArrays:
    """Return imported lists of some users, as if a ranker had made them."""
    order = np.lexsort((entries.rank, entries.user_row))
    order = order[np.isin(entries.user_row[order], users)]
    n_rows = len(order)
    return ListArrays(
        user_row=np.asarray(entries.user_row[order], dtype=np.int32),
        item_row=np.asarray(entries.item_row[order], dtype=np.int32),
        rank=np.asarray(entries.rank[order], dtype=np.int32),
        score=-np.asarray(entries.rank[order], dtype=np.float64),
        source_code=np.full(n_rows, DELIVERED),
        reason_code=np.full(n_rows, DELIVERED),
        reason_item_row=np.full(n_rows, -1, dtype=np.int32),
        reason_tag=np.full(n_rows, ""),
    )


def by_value(
    fitted: FittedRanker,
    lists: ListArrays,
    calibration: Calibration | None,
    learned: Probabilities | None,
    price_cents: Floats,
    weight: float,
) -> ListArrays:
    """Return candidates in the order of γ·(v + λ), which becomes their score.

    Notes
    -----
    Where clicks were calibrated γ is P(click) and v the value of what follows a click;
    else γ is P(among the next new successes) and v the price. Without either, the places
    of the lists stand in for probabilities that nothing is known of.
    """
    score = score_pairs(fitted, lists.user_row, lists.item_row)
    price = np.nan_to_num(price_cents[lists.item_row])
    probability = 1.0 / lists.rank
    if learned is not None:
        known = learned.on_held_scale(score)
        if calibration is not None:
            probability = calibration.click_probability(known)
            price = price * calibration.order_probability(lists.item_row, known)
        elif learned.relevance is not None:
            probability = learned.relevance.probability(known)
    scored = replace(lists, score=value_of_rows(probability, price, weight))
    return _in_order(scored, value_ranks(lists, probability, price, weight))


def first_places(lists: ListArrays, k: int) -> ListArrays:
    """Return the first ``k`` rows of each list."""
    return _taken(lists, np.flatnonzero(lists.rank <= k))


def _in_order(lists: ListArrays, ranks: NDArray[np.int64]) -> ListArrays:
    moved = replace(lists, rank=ranks.astype(np.int32))
    return _taken(moved, np.lexsort((ranks, lists.user_row)))


def _taken(lists: ListArrays, rows: NDArray[np.int64]) -> ListArrays:
    taken: Mapping[str, Any] = {
        name: getattr(lists, name)[rows] for name in lists.__dataclass_fields__
    }
    return ListArrays(**taken)
