"""What a funnel, a set of searches and a log say about themselves."""

import pandas as pd
import pytest

from engine.store.statements import statement
from engine.workbench.behaviour import ACTS, STEPS, Behaviour, Funnel, Searches, Step


def funnel(**reached: int) -> Funnel:
    steps = tuple(
        Step(name=name, reached=count, users=count, events=count) for name, count in reached.items()
    )
    return Funnel(unit="person", steps=steps)


SHOP = funnel(shown=100, clicked=40, carted=10, bought=8, kept=7)


def test_shares_are_of_the_first_step_and_of_the_one_before():
    bought = SHOP.steps[3]
    assert (SHOP.of(bought), SHOP.of_previous(bought)) == (0.08, 0.8)
    assert SHOP.of_previous(SHOP.steps[0]) is None


def test_the_finding_speaks_of_buying_and_not_of_keeping():
    assert SHOP.goal.name == "bought"
    assert funnel(shown=9, clicked=3).goal.name == "clicked"


def test_most_are_lost_where_the_smallest_share_goes_on():
    assert [step.name for step in SHOP.narrowest] == ["clicked", "carted"]


def test_a_step_that_nobody_reached_divides_nothing():
    empty = funnel(shown=5, clicked=0, bought=0)
    assert empty.of_previous(empty.steps[2]) == 0.0


def log(*types: str, segments: tuple[str | None, ...] = (None,)) -> Behaviour:
    return Behaviour(
        kinds=pd.DataFrame({"event_type": list(types)}),
        bots=0,
        segments=pd.DataFrame({"segment": list(segments), "is_gathered": False}),
        retention=None,  # type: ignore[arg-type]
        activity=None,  # type: ignore[arg-type]
        searches=None,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("types", "has_funnel"),
    [
        (("purchase", "return"), False),
        (("rating",), False),
        (("view", "purchase"), True),
        (("impression", "ad_impression"), False),
        (("view", "play"), True),
        (("play", "purchase"), False),
    ],
)
def test_a_funnel_needs_two_steps(types, has_funnel):
    assert log(*types).has_funnel is has_funnel


def test_what_is_missing_is_named_most_useful_first():
    assert log("view").missing == ("impressions", "searches", "segments")
    assert log("ad_impression", "search", segments=("a",)).missing == ()


def test_misses_are_unknown_where_nothing_may_follow_a_search():
    frame = pd.DataFrame({"query": ["a", None], "search_count": [3, 2], "missed_count": [3, 2]})
    assert Searches(queries=frame, outcomes_known=False).missed is None
    found = Searches(queries=frame, outcomes_known=True)
    assert (found.missed, found.total, found.rare, len(found.named)) == (5, 5, 2, 1)


def test_types_are_those_of_the_queries():
    funnel_text, search_text = (
        statement("queries", f"behaviour_{name}") for name in ("funnel", "searches")
    )
    assert all(f"'{kind}'" in funnel_text for kind in (*STEPS, *STEPS.values()))
    assert all(f"'{kind}'" in search_text for kind in ACTS)
