"""Every check of the review can pass, ask and fail, and says which."""

from dataclasses import replace

import pytest

from engine.evaluation.calibration_check import CalibrationCheck
from engine.evaluation.compare import BASELINE, Contrast, Estimate
from engine.evaluation.groups import GroupQuality
from engine.evaluation.quality import METRICS, PolicyQuality, Quality
from engine.evaluation.review import Thresholds, review

SURE, OPEN, WORSE, NONE = 0.05, 0.005, -0.05, 0.0
HALF = 0.01


def contrast(difference):
    return Contrast(
        difference=difference, low=difference - HALF, high=difference + HALF, better=0.5
    )


def policy(name, ndcg=0.1, against=SURE, ahead=SURE, coverage=0.4, gini=0.8, shown=None):
    values = dict.fromkeys(METRICS, Estimate(value=ndcg, low=ndcg - HALF, high=ndcg + HALF))
    reach = Estimate(value=coverage, low=coverage, high=coverage)
    return PolicyQuality(
        name=name,
        values={**values, "coverage": reach, "novelty": reach},
        against=dict.fromkeys(METRICS, contrast(against)) if name != BASELINE else {},
        ahead=dict.fromkeys(METRICS, contrast(ahead)) if name != "ranked" else {},
        gini=gini,
        items_for_half=20,
        shown_share=shown,
    )


def group(difference, name="students"):
    return GroupQuality(
        kind="segment",
        name=name,
        users=100,
        fewest=1,
        most=9,
        ours={"ndcg": Estimate(value=0.1, low=0.0, high=0.2)},
        baseline={"ndcg": Estimate(value=0.1, low=0.0, high=0.2)},
        difference={"ndcg": contrast(difference)},
    )


def calibration(error, chance=0.0):
    return CalibrationCheck(
        outcome="click",
        bins=(),
        rows=1_000,
        users=100,
        promised=0.2,
        happened=Estimate(value=0.2, low=0.19, high=0.21),
        error=error * 0.2,
        chance_error=chance * 0.2,
    )


def quality(*changed, **facts):
    """Lists of which every check approves, with some policies or facts changed."""
    policies = {
        "ranked": policy("ranked"),
        BASELINE: policy(BASELINE, ndcg=0.06, coverage=0.05, gini=0.98),
        "random": policy("random", ndcg=0.01, against=WORSE, coverage=1.0, gini=0.1),
        "als": policy("als"),
    } | {entry.name: entry for entry in changed}
    good = Quality(
        ours="ranked", k=10, users=1_000, pairs=2_000, items=100, since=0, until=1,
        policies=tuple(policies.values()), delivered=(), curves={}, groups=(group(SURE),),
        days_ahead=30.0, calibration=(calibration(0.05),), calibration_reason=None,
    )  # fmt: skip
    return replace(good, **facts)


def answer(name, *changed, **facts):
    checks = {check.name: check for check in review(quality(*changed, **facts)).checks}
    return checks[name]


def today(ahead, shown):
    return policy("current", ahead=ahead, shown=shown)


LUCK = [*[group(SURE, str(row)) for row in range(7)], group(WORSE)]

CASES = [
    ("users", "pass", [], {}),
    ("users", "review", [], {"users": 299}),
    ("users", "fail", [], {"users": 29}),
    ("popularity", "pass", [], {}),
    ("popularity", "review", [policy("ranked", against=OPEN)], {}),
    ("popularity", "fail", [policy("ranked", against=WORSE)], {}),
    ("sources", "pass", [policy("als", ahead=OPEN)], {}),
    ("sources", "review", [policy("als", ahead=-OPEN)], {}),
    ("sources", "fail", [policy("als", ahead=WORSE)], {}),
    ("random", "pass", [], {}),
    ("random", "review", [policy("random", ndcg=0.04, against=WORSE, gini=0.1)], {}),
    ("random", "fail", [policy("random", ndcg=0.05, against=-OPEN, gini=0.1)], {}),
    ("coverage", "pass", [], {}),
    ("coverage", "review", [policy("ranked", coverage=0.06)], {}),
    ("coverage", "fail", [policy("ranked", coverage=0.05)], {}),
    ("concentration", "pass", [], {}),
    ("concentration", "review", [policy("ranked", gini=0.97)], {}),
    ("concentration", "fail", [policy("ranked", gini=0.99)], {}),
    ("groups", "pass", [], {"groups": (group(OPEN), group(-OPEN))}),
    ("groups", "review", [], {"groups": tuple(LUCK)}),
    ("groups", "fail", [], {"groups": (*LUCK, group(WORSE))}),
    ("calibration", "pass", [], {"calibration": (calibration(0.09),)}),
    ("calibration", "review", [], {"calibration": (calibration(0.2),)}),
    ("calibration", "review", [], {"calibration": (calibration(0.6, chance=0.7),)}),
    ("calibration", "fail", [], {"calibration": (calibration(0.6, chance=0.1),)}),
]


@pytest.mark.parametrize(("name", "status", "changed", "facts"), CASES)
def test_a_check_reaches_each_status(name, status, changed, facts):
    found = answer(name, *changed, **facts)

    assert (found.status, found.reason) == (status, f"{name}_{status}")


@pytest.mark.parametrize(
    ("ahead", "shown", "status", "reason"),
    [
        (SURE, 0.7, "pass", "today_pass"),
        (WORSE, 0.7, "review", "today_flattered"),
        (OPEN, 0.7, "review", "today_flattered"),
        (WORSE, None, "review", "today_unknown"),
        (OPEN, 0.0, "review", "today_review"),
        (WORSE, 0.0, "fail", "today_fail"),
    ],
)
def test_a_lead_of_lists_that_were_on_screen_proves_nothing(ahead, shown, status, reason):
    found = answer("today", today(ahead, shown), delivered=("current",))

    assert (found.status, found.reason) == (status, reason)
    assert found.facts["policy"] == "current"


def test_lists_served_today_are_no_source_of_ours():
    served = answer("sources", today(WORSE, 0.7), delivered=("current",))
    assert served.status == "pass"


def test_where_nothing_can_be_compared_or_calibrated_the_review_asks():
    assert answer("groups", groups=()).reason == "groups_none"
    found = answer("uncalibrated", calibration=(), calibration_reason="clicks_few")
    assert (found.status, found.reason) == ("review", "uncalibrated_none")


@pytest.mark.parametrize(
    ("against", "users", "verdict"),
    [(SURE, 1_000, "better"), (OPEN, 1_000, "same"), (WORSE, 1_000, "worse"), (SURE, 29, "few")],
)
def test_the_verdict_is_about_popular_items(against, users, verdict):
    assert review(quality(policy("ranked", against=against), users=users)).verdict == verdict


def test_of_a_handful_of_people_nothing_else_is_asked():
    assert [check.name for check in review(quality(users=5)).checks] == ["users"]


def test_the_worst_status_stands_for_all():
    assert review(quality()).worst == "pass"
    assert review(quality(users=299)).worst == "review"
    assert review(quality(policy("als", ahead=WORSE), users=299)).worst == "fail"


def test_limits_refuse_an_order_that_makes_no_sense():
    with pytest.raises(ValueError, match="few_users"):
        Thresholds(few_users=400)
    with pytest.raises(ValueError, match="small_error"):
        Thresholds(small_error=0.5)


def test_without_what_it_compares_with_there_is_no_review():
    one = replace(quality(), policies=(policy("ranked"),))
    with pytest.raises(ValueError, match="popular"):
        review(one)
