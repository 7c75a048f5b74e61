"""The Off-policy page: what another order is worth, and what stands against the number."""

import json

import pytest

from engine.evaluation.off_policy import gates
from engine.evaluation.off_policy.gates import COLOURS
from engine.evaluation.off_policy.value import POSITION_BASED
from engine.reporting.text import LOCALES, t, words
from engine.workbench.runs import HELD_LISTS
from engine.workbench.worth import CHOICES, Worth
from pages._shared import cache, off_policy_cache, off_policy_view
from tests.pages.driver import opened, texts
from tests.pages.test_quality import manifest_of, unfilled


def valued() -> Worth:
    facts = cache.stamp()
    found = off_policy_cache.found(cache.database(), facts.run_id, facts.trained_at)
    assert isinstance(found, Worth)
    return found


@pytest.mark.parametrize("locale", LOCALES)
def test_without_a_run_the_page_offers_training(use, imported_sample, locale):
    use(imported_sample)
    app = opened("off_policy", locale)

    assert not app.exception and not app.error
    assert app.title[0].value == t("pages.off_policy.no_run_title", locale)


@pytest.mark.parametrize("locale", LOCALES)
def test_a_log_without_chances_says_what_to_record(use, trained_orders, locale):
    use(trained_orders)
    app = opened("off_policy", locale)

    assert not app.exception and not app.error
    assert app.title[0].value == t("pages.off_policy.no_chances_title", locale)
    assert t("pages.off_policy.no_chances_cure", locale) in [info.value for info in app.info]
    assert not app.metric, "no number without chances"


def test_a_run_that_kept_no_lists_is_trained_again(use, trained_sample):
    path = manifest_of(use(trained_sample))
    manifest = json.loads(path.read_text(encoding="utf-8"))
    del manifest["files"][HELD_LISTS]
    path.write_text(json.dumps(manifest), encoding="utf-8")
    app = opened("off_policy")

    assert app.title[0].value == t("pages.off_policy.older_run_title")
    assert [button.key for button in app.button] == ["train"]


@pytest.mark.parametrize("choice", CHOICES)
def test_each_choice_shows_its_own_numbers_or_withholds_them(use, trained_sample, choice):
    use(trained_sample)
    app = opened("off_policy")
    app = app.segmented_control(key="off_policy_choice").set_value(choice).run()
    assert_page_of(app, choice, "en")


@pytest.mark.parametrize("locale", LOCALES)
def test_the_page_begins_with_what_the_log_tells_best(use, trained_sample, locale):
    use(trained_sample)
    assert_page_of(opened("off_policy", locale), CHOICES[0], locale)


def assert_page_of(app, choice, locale):
    policy = off_policy_view.main_policy(valued(), choice)
    ours = policy.values["click"].estimators[POSITION_BASED]

    assert not app.exception and not app.error and unfilled(app) == []
    shown = {metric.label: metric.value for metric in app.metric}
    withheld = t("pages.off_policy.withheld", locale)
    label = t("pages.off_policy.figure_ours", locale)
    assert (shown[label] == withheld) == (ours.value is None)
    if ours.value is None:
        assert app.title[0].value == t("pages.off_policy.title_withheld", locale)
    for gate in policy.values["click"].gates:
        assert t(f"pages.off_policy.gate.{gate.name}", locale) in texts(app)
        if gate.colour != "green":
            assert t(f"gates_off_policy.cure_{gate.cure}", locale) in texts(app)


def test_every_reward_has_figures(use, trained_sample):
    use(trained_sample)
    app = opened("off_policy")
    seen = set()
    for reward in valued().stats:
        app = app.segmented_control(key="off_policy_reward").set_value(reward).run()
        assert not app.exception and unfilled(app) == []
        seen.add(app.metric[0].value)
    assert len(seen) == len(valued().stats)


@pytest.mark.parametrize("locale", LOCALES)
def test_every_gate_and_cure_has_words(locale):
    known = words(locale)
    names = gates.GateName.__args__
    assert {name for name in names if f"pages.off_policy.gate.{name}" not in known} == set()
    assert all(f"pages.off_policy.colour.{colour}" in known for colour in COLOURS)
    reds = [
        gates.propensity_gate(0.0), gates.plausibility_gate([9.0]), gates.overlap_gate(0, 1, 1),
        gates.positives_gate(0.0), gates.click_model_gate(9.0, 0.0), gates.rebuilt_gate(1.0),
        gates.calibration_gate(9.0), gates.extrapolation_gate(9.0, 0.0, 1.0), gates.drift_gate(9.0),
    ]  # fmt: skip
    assert {gate.name for gate in reds} == set(names)
    assert [gate.cure for gate in reds if f"gates_off_policy.cure_{gate.cure}" not in known] == []


@pytest.mark.parametrize("locale", LOCALES)
def test_the_page_names_what_tells_how_slots_are_looked_at(use, trained_sample, locale):
    use(trained_sample)
    app = opened("off_policy", locale)

    assert valued().examination == "randomised"  # the sample shuffles lists and logs the chance
    assert t("examination.randomised", locale) in texts(app)
    assert t("examination.same_pairs", locale) not in texts(app)
