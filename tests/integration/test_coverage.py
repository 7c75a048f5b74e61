"""Intervals hold the truth in made-up worlds: small versions of two benchmarks.

Fixed worlds, so that a test that passed passes again; the bounds leave three standard errors
of a share of so few. ``make coverage`` judges hundreds of larger worlds.
"""

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from functools import partial
from multiprocessing import get_context
from typing import Any

import pandas as pd
import pytest

from benchmarks._coverage_tables import summary
from sample_data.proof.ablations import Way
from sample_data.proof.judging import USUAL, judge
from sample_data.proof.organic import OrganicRecipe, judge_organic
from sample_data.proof.world import Recipe

WORLDS, FEW = 60, 20
SMALL = Recipe(n_users=700, n_items=80)


def judged(seed: int, way: Way = USUAL) -> list[dict[str, Any]]:
    return [asdict(found) for found in judge(seed, SMALL, way)]


def each(worlds: int, one: Callable[[int], Any]) -> list[Any]:
    """Judge worlds in fresh processes: a fork would inherit locks of threads."""
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        return list(pool.map(one, range(1, worlds + 1)))


@pytest.fixture(scope="module")
def usual() -> pd.DataFrame:
    rows = [row for world in each(WORLDS, judged) for row in world]
    return summary(pd.DataFrame(rows)).set_index(["policy", "figure"])


def test_intervals_hold_as_often_as_they_say(usual: pd.DataFrame) -> None:
    assert len(usual) == 12  # two policies by six figures
    assert (usual["held"] >= 0.78).all(), usual["held"]
    assert usual["held_half"].between(0.30, 0.70).all(), usual["held_half"]
    assert (usual["worlds"] == WORLDS).all()


def test_what_is_estimated_is_not_off_on_one_side(usual: pd.DataFrame) -> None:
    standard_error = 1.25 * usual["error"] / WORLDS**0.5  # of a mean, by a mean absolute error
    assert (usual["bias"].abs() <= 3.0 * standard_error + 0.01).all(), usual["bias"]


def test_lists_learned_from_the_log_are_told_as_well_as_others(usual: pd.DataFrame) -> None:
    widths = usual["half_width"].unstack("policy")
    assert (widths["learned"] <= 1.3 * widths["from outside"]).all(), widths


def test_a_click_model_alone_holds_the_truth_less_often(usual: pd.DataFrame) -> None:
    """The proof can fail: without logged chances the same worlds are not told rightly."""
    rows = [row for world in each(FEW, partial(judged, way=Way(model_only=True))) for row in world]
    alone = summary(pd.DataFrame(rows)).set_index(["policy", "figure"])
    figure = ("from outside", "total")
    assert alone.loc[figure, "held"] < usual.loc[figure, "held"] - 0.2
    assert abs(alone.loc[figure, "bias"]) > 2.0 * abs(usual.loc[figure, "bias"])


def test_the_range_of_a_log_without_lists_holds_the_truth() -> None:
    small = OrganicRecipe(n_users=500, n_items=120)
    found = each(FEW, partial(judge_organic, recipe=small))
    assert sum(world.is_held for world in found) >= 0.75 * FEW - 3
    assert sum(world.is_sign_right for world in found) >= 0.9 * FEW - 2
    assert all(world.low < world.middle < world.high for world in found)
