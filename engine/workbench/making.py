"""Lists with the probabilities of their rows, as the frame that is stored."""

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from engine.evaluation.hits import RankedPairs
from engine.evaluation.valuation import Calibration
from engine.ranking.lists import ExplainedLists, taken
from engine.ranking.two_stage import FittedRanker, score_pairs
from engine.ranking.value_order import value_of_rows, value_ranks
from engine.tensor import Floats
from engine.workbench.probabilities import Probabilities

DELIVERED = "delivered"
"""Source and reason of a row that another recommender made."""

PUSHED = "pushed"
"""Reason of a row that stands higher because money counts."""

CANDIDATES = 100
"""Places that are put in a new order when money counts."""


def listed(
    lists: ExplainedLists,
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
    chances = {"gamma": click, "order_probability": order, "ranker_score": score}
    return pd.DataFrame({"policy": policy, **columns, **chances})


def of_delivered(entries: RankedPairs, users: NDArray[np.int64]) -> ExplainedLists:
    """Return imported lists of some users, as if a ranker had made them."""
    order = np.lexsort((entries.rank, entries.user_row))
    order = order[np.isin(entries.user_row[order], users)]
    n_rows = len(order)
    return ExplainedLists(
        user_row=np.asarray(entries.user_row[order], dtype=np.int32),
        item_row=np.asarray(entries.item_row[order], dtype=np.int32),
        rank=np.asarray(entries.rank[order], dtype=np.int32),
        score=-np.asarray(entries.rank[order], dtype=np.float64),
        source_code=np.full(n_rows, DELIVERED),
        reason_code=np.full(n_rows, DELIVERED),
        reason_item_row=np.full(n_rows, -1, dtype=np.int32),
        reason_tag=np.full(n_rows, ""),
        reason_place=np.zeros(n_rows, dtype=np.int32),
        boost=np.full(n_rows, np.nan),
    )


def by_value(
    fitted: FittedRanker,
    lists: ExplainedLists,
    calibration: Calibration | None,
    learned: Probabilities | None,
    price_cents: Floats,
    weight: float,
) -> ExplainedLists:
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
    return _in_order(scored, value_ranks(lists, probability, price, weight), PUSHED)


def first_places(lists: ExplainedLists, k: int) -> ExplainedLists:
    """Return the first ``k`` rows of each list."""
    return taken(lists, np.flatnonzero(lists.rank <= k))


def _in_order(lists: ExplainedLists, ranks: NDArray[np.int64], why: str) -> ExplainedLists:
    """Return lists in a new order; what moved up says so, and from which place."""
    is_up = ranks < lists.rank
    moved = replace(
        lists,
        rank=ranks.astype(np.int32),
        reason_code=np.where(is_up, why, lists.reason_code),
        reason_item_row=np.where(is_up, np.int32(-1), lists.reason_item_row),
        reason_tag=np.where(is_up, "", lists.reason_tag),
        reason_place=np.where(is_up, lists.rank, lists.reason_place),
    )
    return taken(moved, np.lexsort((ranks, lists.user_row)))
