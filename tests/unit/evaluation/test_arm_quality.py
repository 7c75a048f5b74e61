"""How good the lists of arms are: counted right, and left out where they cannot be."""

from dataclasses import replace

import numpy as np
import pytest

from engine.evaluation.arm_quality import ArmQuality, arm_quality
from engine.evaluation.arms import compared
from engine.evaluation.reaction_log import ReactionData
from tests.unit.evaluation.list_arms import Truth, a_log

THREE = {"newer": 0.2, "none": 0.0, "older": 0.1}


def quality_of(log: ReactionData, experiment: str = "policy") -> ArmQuality | None:
    """Return the quality of the arms of an experiment."""
    arms = compared(log.arms[experiment], log.users, positive=False)
    assert arms is not None
    return arm_quality(log, arms, log.arms[experiment].names)


def test_arms_stand_against_the_largest_one() -> None:
    truth = Truth(clicks=THREE, n_users=6_000)
    found = quality_of(a_log(1, truth))
    np.testing.assert_array_equal(found.others, [0, 1])
    error = np.sqrt((found.influence**2).sum(axis=0))
    np.testing.assert_array_less(np.abs(found.log_views - truth.log_views[:2]), 3.0 * error)
    np.testing.assert_array_less(error, 0.02)
    np.testing.assert_allclose(found.influence.sum(axis=0), 0.0, atol=1e-9)


def test_the_errors_are_those_of_many_worlds() -> None:
    found = [quality_of(a_log(seed, Truth(n_users=400))) for seed in range(60)]
    spread = np.std([one.log_views[0] for one in found])
    error = np.mean([np.sqrt((one.influence**2).sum()) for one in found])
    assert error == pytest.approx(spread, rel=0.3)


def test_ads_between_the_items_and_clicks_on_them_do_not_count() -> None:
    log = a_log(2, Truth())
    shown = log.shown
    plain = quality_of(log)
    ads = replace(
        shown,
        **{
            name: np.concatenate([getattr(shown, name), getattr(shown, name)])
            for name in ("user_row", "at", "position", "viewable")
        },
        is_ad=np.repeat([False, True], len(shown.at)),
        clicked=np.concatenate([shown.clicked, np.ones(len(shown.at), dtype=bool)]),
    )
    with_ads = quality_of(replace(log, shown=ads))
    assert plain.log_views.tobytes() == with_ads.log_views.tobytes()


def test_slots_that_are_hardly_looked_at_do_not_make_a_list_worse() -> None:
    """One arm shows longer lists: fewer clicks a row, but not fewer a look."""
    log = a_log(3, Truth(clicks={"longer": 0.1, "shorter": 0.1}, n_users=4_000))
    shorter = log.arms["policy"].arm[log.shown.user_row] == 1.0
    cut = ~shorter | (log.shown.position <= 2)
    names = ("user_row", "at", "is_ad", "clicked", "position", "viewable")
    rows = {name: getattr(log.shown, name)[cut] for name in names}
    found = quality_of(replace(log, shown=replace(log.shown, **rows)))
    error = float(np.sqrt((found.influence**2).sum()))
    assert abs(found.log_views[0]) < 3.0 * error < 0.1


def test_who_is_kept_from_lists_but_sees_others_is_measured_by_them() -> None:
    log = a_log(4, Truth(clicks={"none": 0.05, "older": 0.1}, n_users=4_000), "recommendations")
    truth = Truth(clicks={"none": 0.05, "older": 0.1})
    found = quality_of(log, "recommendations")
    assert found.log_views[0] == pytest.approx(truth.log_views[0], abs=0.05)
    assert found.log_views[0] > np.log(1.0 - truth.list_view_share) + 0.1


def test_an_arm_that_shows_next_to_no_lists_without_being_a_holdout_is_left_out() -> None:
    found = quality_of(a_log(5, Truth(clicks={"broken": 0.0, "newer": 0.2, "older": 0.1})))
    assert found.arms.values.tolist() == [1.0, 2.0]
    assert found.arms.n_users == (found.arms.arm >= 0).sum() < 1_500
    assert quality_of(a_log(5, Truth(clicks={"broken": 0.0, "older": 0.1}))) is None


def test_a_log_that_does_not_tell_the_share_of_lists_says_nothing() -> None:
    log = a_log(6, Truth())
    unknown = replace(log.visits, view_count=np.zeros_like(log.visits.view_count))
    assert quality_of(replace(log, visits=unknown)) is None


def test_a_product_that_is_nothing_but_its_lists_says_nothing_without_them() -> None:
    log = a_log(7, Truth(clicks={"none": 0.0, "older": 0.1}))
    all_listed = replace(log.visits, view_count=log.visits.list_click_count)
    assert quality_of(replace(log, visits=all_listed)) is None
