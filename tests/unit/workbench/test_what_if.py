"""What a further event changes in a list, without a database."""

import numpy as np
import pandas as pd
import pytest

from engine.features.preferences import Positives
from engine.ranking.two_stage import FittedRanker
from engine.workbench.what_if import Change, Event, EventReading, folded_lists, log_of
from tests.unit.ranking.builders import DAY, a_log, fitted, tagged_items

READING = EventReading(
    positives=Positives(kinds=("purchase",), rating_threshold=4.0),
    scale=(1.0, 5.0),
    kinds=("purchase", "rating", "view"),
)


@pytest.fixture(scope="module")
def board() -> FittedRanker:
    return fitted(a_log(), items=tagged_items(60))


def rows_of(items: list[int], kind: str = "purchase", rating: float = np.nan) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "user_row": 3,
            "item_row": items,
            "event_type": kind,
            "event_count": 1,
            "rating": rating,
            "last_at": [pd.Timestamp(DAY * (n + 1), unit="s") for n in range(len(items))],
        }
    )


def list_of(made, user: int) -> list[int]:
    return made.item_row[made.user_row == user].tolist()


def test_nothing_more_changes_nothing(board):
    _, made = folded_lists(board, log_of(rows_of([1, 2, 3]), (), READING, board), 10)

    assert list_of(made, 0) == list_of(made, 1)


def test_somebody_new_gets_a_list_of_their_own_taste_after_one_event(board):
    event = Event(item_row=40, kind="purchase")
    folded, made = folded_lists(board, log_of(rows_of([]), (event,), READING, board), 10)

    before, after = list_of(made, 0), list_of(made, 1)
    assert set(made.source_code[made.user_row == 0]) == {"popular_cold"}
    assert before != after
    assert 40 not in after  # it is theirs now
    # items from 30 on are the other taste: more of them than before
    assert sum(item >= 30 for item in after) > sum(item >= 30 for item in before)
    assert folded.state.liked[0].nnz == 0 and folded.state.liked[1].nnz == 1


def test_the_event_lies_after_all_others(board):
    log = log_of(rows_of([1, 2]), (Event(item_row=5, kind="view"),), READING, board)

    assert log.at[-1] == board.at == log.at.max()
    assert log.user_row.tolist() == [0, 0, 1, 1, 1]
    assert log.item_row.tolist() == [1, 2, 1, 2, 5]


def test_a_rating_is_a_success_by_the_scale_of_the_whole_log(board):
    kinds = Positives(kinds=("rating",), rating_threshold=4.0)
    reading = EventReading(positives=kinds, scale=(1.0, 5.0), kinds=("rating",))
    events = tuple(Event(item_row=n, kind="rating", rating=n) for n in (3, 4, 5))
    log = log_of(rows_of([]), events, reading, board)

    assert log.positive.tolist() == [False, True, True]
    assert log.rating_range == (1.0, 5.0)


def test_what_came_after_the_training_is_left_out(board):
    late = rows_of([1, 2])
    late["last_at"] = [pd.Timestamp(board.at + 5, unit="s"), pd.Timestamp(DAY, unit="s")]

    assert log_of(late, (), READING, board).item_row.tolist() == [2, 2]


def test_moves_are_told_apart(board):
    rows = pd.DataFrame({"rank": [1, 2, 3], "before": [2, 1, np.nan], "item_id": ["b", "a", "c"]})
    gone = pd.DataFrame({"item_id": ["d"]})
    weights = None
    change = Change(
        rows=rows, gone=gone, interests_before=weights, interests_after=weights, seconds=0.0
    )
    assert (change.n_new, change.n_up, change.is_same) == (1, 1, False)
    same = Change(
        rows=rows.assign(before=rows["rank"]),
        gone=gone.iloc[:0],
        interests_before=weights,
        interests_after=weights,
        seconds=0.0,
    )
    assert (same.n_new, same.n_up, same.is_same) == (0, 0, True)
