"""Sources and groups of features that are switched off propose nothing and tell nothing."""

from dataclasses import replace

import numpy as np
import pytest

from engine.errors import UsageError
from engine.ranking.pair_features import (
    FEATURE_GROUPS,
    FEATURE_NAMES,
    candidates,
    hidden_columns,
    pair_features,
)
from engine.ranking.sources import SOURCES
from engine.ranking.tiles import tile
from engine.ranking.two_stage import recommend
from tests.unit.ranking.builders import SMALL, a_log, fitted, tagged_items

LOG = a_log(n_users=120, n_items=60, per_user=12)
ITEMS = tagged_items(LOG.n_items)


def test_each_feature_belongs_to_one_source_or_group() -> None:
    parts = [hidden_columns((name,)) for name in (*SOURCES, *FEATURE_GROUPS)]
    assert sorted(column for part in parts for column in part) == list(range(len(FEATURE_NAMES)))


def test_a_source_that_is_off_proposes_nothing() -> None:
    state = fitted(LOG, items=ITEMS).state
    scored = tile(state, np.arange(20), 5, state.seen)
    others = tuple(name for name in SOURCES if name != "recent")
    rows, items = candidates(scored, others)
    layer = SOURCES.index("recent")
    assert {*zip(rows.tolist(), items.tolist(), strict=True)} == {
        (row, int(item)) for row in range(20) for item in scored.top_items[layer, row]
    }


@pytest.mark.parametrize("part", [*SOURCES, *FEATURE_GROUPS])
def test_what_is_off_tells_nothing(part: str) -> None:
    model = fitted(LOG, replace(SMALL, without=(part,)), items=ITEMS)
    scored = tile(model.state, np.arange(20), 30, model.state.seen)
    features = pair_features(model.state, scored, *candidates(scored))
    assert not features[:, hidden_columns((part,))].any()
    for booster in model.ranker.boosters:
        used = booster.feature_importance()
        assert not used[hidden_columns((part,))].any()


def test_no_row_names_a_source_that_is_off() -> None:
    model = fitted(LOG, replace(SMALL, without=("als", "recent")), items=ITEMS)
    made = recommend(model, "ranked", np.arange(LOG.n_users), 10)
    assert len(made.item_row) == 10 * LOG.n_users
    assert not np.isin(made.source_code, ("als", "recent")).any()


def test_what_does_not_exist_cannot_be_switched_off() -> None:
    with pytest.raises(UsageError, match="part_unknown"):
        fitted(LOG, replace(SMALL, without=("astrology",)))
    with pytest.raises(UsageError, match="sources_none"):
        fitted(LOG, replace(SMALL, without=SOURCES))
