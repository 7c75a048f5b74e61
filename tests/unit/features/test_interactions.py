import numpy as np

from engine.features.interactions import InteractionLog, popularity


def log() -> InteractionLog:
    return InteractionLog(
        user_row=np.array([0, 0, 1, 2], np.int32),
        item_row=np.array([0, 0, 0, 1], np.int32),
        event_code=np.zeros(4, np.int8),
        at=np.array([10, 20, 30, 40]),
        count=np.ones(4, np.float32),
        rating=np.full(4, np.nan, np.float32),
        positive=np.ones(4, bool),
        seen=np.ones(4, bool),
        bot_users=np.array([False, False, True]),
        event_types=("purchase",),
        n_users=3,
        n_items=2,
    )


def test_popularity_counts_users_once_and_bots_never():
    assert popularity(log()).tolist() == [2.0, 0.0]


def test_a_window_and_a_cut_share_no_row():
    assert popularity(log(), since=30).tolist() == [1.0, 0.0]
    assert popularity(log().before(30)).tolist() == [1.0, 0.0]
