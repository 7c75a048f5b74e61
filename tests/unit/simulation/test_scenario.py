"""Scenario files: what goes out comes back, and what is not understood is refused."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import ScenarioError
from engine.reporting.text import LOCALES, error_sentence, words
from engine.simulation.levers import LEVERS, lever_value, with_lever
from engine.simulation.scenario import (
    Scenario,
    from_json,
    scenario_id,
    scenario_of_log,
    to_json,
)
from tests.unit.simulation.builders import make_world

FLOAT_LEVERS = [lever for lever in LEVERS if lever.key != "economics.horizon_months"]


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    scenario = Scenario(
        seed=draw(st.integers(0, 2**31 - 1)),
        pinned=draw(st.frozensets(st.sampled_from([lever.key for lever in LEVERS]))),
    )
    for lever in draw(st.lists(st.sampled_from(FLOAT_LEVERS), max_size=6)):
        value = draw(st.floats(lever.low, lever.high, allow_nan=False))
        scenario = with_lever(scenario, lever.key, value)
    return with_lever(scenario, "economics.horizon_months", draw(st.integers(1, 60)))


@settings(max_examples=200, deadline=None)
@given(scenarios())
def test_a_scenario_survives_its_file(scenario: Scenario) -> None:
    again = from_json(to_json(scenario))
    assert again == scenario
    assert scenario_id(again) == scenario_id(scenario)


@settings(max_examples=200, deadline=None)
@given(scenarios(), st.sampled_from(FLOAT_LEVERS))
def test_every_lever_changes_the_name_of_a_scenario(scenario: Scenario, lever) -> None:
    first, second = (with_lever(scenario, lever.key, value) for value in (lever.low, lever.high))
    assert scenario_id(first) != scenario_id(second)


def test_a_scenario_file_shows_unit_source_and_grade_of_every_value() -> None:
    content = json.loads(to_json(Scenario()))
    for lever in LEVERS:
        entry = content[lever.subject][lever.field]
        assert entry["value"] == lever_value(Scenario(), lever.key)
        assert (entry["unit"], entry["grade"]) == (lever.unit, lever.grade)
        assert entry["source"] == lever.source_code


def test_bare_numbers_and_left_out_fields_are_enough() -> None:
    scenario = from_json('{"ads": {"cpm_cents": 300}}')
    assert scenario == with_lever(Scenario(), "ads.cpm_cents", 300)
    assert from_json("{}") == Scenario()


@pytest.mark.parametrize(
    ("text", "code", "field"),
    [
        ("", "scenario_not_json", ""),
        ("{", "scenario_not_json", ""),
        ("[]", "scenario_not_an_object", "scenario"),
        ('{"adds": {}}', "scenario_unknown_field", "adds"),
        ('{"ads": 3}', "scenario_not_an_object", "ads"),
        ('{"ads": {"cpm": 3}}', "scenario_unknown_lever", "ads.cpm"),
        ('{"ads": {"cpm_cents": NaN}}', "scenario_not_finite", "ads.cpm_cents"),
        ('{"ads": {"cpm_cents": 1e999}}', "scenario_not_finite", "ads.cpm_cents"),
        ('{"ads": {"cpm_cents": -1}}', "scenario_out_of_range", "ads.cpm_cents"),
        ('{"ads": {"cpm_cents": 1%s}}' % ("0" * 400), "scenario_out_of_range", "ads.cpm_cents"),
        ('{"ads": {"cpm_cents": "5"}}', "scenario_not_a_number", "ads.cpm_cents"),
        ('{"ads": {"cpm_cents": true}}', "scenario_not_a_number", "ads.cpm_cents"),
        ('{"ads": {"cpm_cents": null}}', "scenario_not_a_number", "ads.cpm_cents"),
        ('{"ads": {"cpm_cents": [1]}}', "scenario_not_a_number", "ads.cpm_cents"),
        ('{"ads": {"cpm_cents": {"value": [[1]]}}}', "scenario_not_a_number", "ads.cpm_cents"),
        ('{"ads": {"cpm_cents": {"unit": "share"}}}', "scenario_value_missing", "ads.cpm_cents"),
        ('{"ads": {"cpm_cents": {"value": 1, "unit": "€"}}}', "scenario_unit", "ads.cpm_cents"),
        (
            '{"ads": {"fill_rate": {"value": 1, "x": 1}}}',
            "scenario_unknown_field",
            "ads.fill_rate.x",
        ),
        (
            '{"ads": {"fill_rate": {"value": 1, "low": NaN}}}',
            "scenario_not_finite",
            "ads.fill_rate.low",
        ),
        (
            '{"economics": {"horizon_months": 1.5}}',
            "scenario_not_whole",
            "economics.horizon_months",
        ),
        (
            '{"economics": {"horizon_months": 0}}',
            "scenario_out_of_range",
            "economics.horizon_months",
        ),
        ('{"pinned": "ads.cpm_cents"}', "scenario_pinned", "pinned"),
        ('{"pinned": ["ads.nothing"]}', "scenario_unknown_lever", "ads.nothing"),
        ('{"seed": 1.5}', "scenario_not_whole", "seed"),
        ('{"seed": -1}', "scenario_out_of_range", "seed"),
        ('{"seed": true}', "scenario_not_whole", "seed"),
        ('{"format": 99}', "scenario_format", "format"),
        ('{"seed": 1, "seed": 2}', "scenario_repeated_field", "seed"),
        ("[" * 100_000, "scenario_too_deep", ""),
        ('{"ads":' * 20_000, "scenario_too_deep", ""),
        (" " * 300_000, "scenario_too_long", ""),
    ],
)
def test_what_is_not_understood_is_refused_with_field_and_cure(
    text: str, code: str, field: str
) -> None:
    with pytest.raises(ScenarioError) as caught:
        from_json(text)
    assert (caught.value.reason, caught.value.details["field"]) == (code, field)
    for locale in LOCALES:
        sentence = error_sentence(caught.value, locale)
        assert sentence
        assert "{" not in sentence
        assert field in sentence or code in {"scenario_format"}


def test_every_lever_has_words_for_name_unit_and_source() -> None:
    for locale in LOCALES:
        known = words(locale)
        for lever in LEVERS:
            assert lever.text_key in known
            assert f"units.{lever.unit}" in known
            assert f"sources.{lever.source_code}" in known


def test_defaults_lie_on_their_sliders_and_bounds_hold_the_slider() -> None:
    for lever in LEVERS:
        assert lever.default is None or lever.low <= lever.default <= lever.high, lever.key
        with_lever(Scenario(), lever.key, lever.low)
        with_lever(Scenario(), lever.key, lever.high)


def test_open_levers_are_filled_from_the_log() -> None:
    people = make_world(1, 3, 1.0, 1.0).people
    filled = scenario_of_log(people)
    assert filled.ads.ad_slots == people.ad_slots_today
    assert filled.membership.price_cents == people.membership_price_today_cents
    chosen = with_lever(Scenario(), "ads.ad_slots", 3.0)
    assert scenario_of_log(people, chosen).ads.ad_slots == 3.0


def test_scenarios_with_different_seeds_have_different_names() -> None:
    assert scenario_id(Scenario(seed=1)) != scenario_id(Scenario(seed=2))
    assert Path(scenario_id(Scenario())).name == scenario_id(Scenario())
