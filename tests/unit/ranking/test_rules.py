"""A file of rules is read exactly, or refused with the place and the cure."""

import json

import pytest

from engine.errors import UsageError
from engine.ranking.rules import NO_RULES, TEXT_LIMIT, Boost, Rules, from_json
from engine.reporting.text import LOCALES, error_sentence

WHOLE = {
    "in_stock": True,
    "members_only": True,
    "block": {"items": ["i1", "007"], "categories": ["tea"]},
    "boost": {"items": {"i2": 2}, "categories": {"ink": 0.5}, "tags": {"gift": 1.5}},
    "at_most_per_category": 3,
    "at_least_new": 1,
    "diversity": 0.3,
}
WRONG = {
    '{"colour": 1}': ("rules_unknown_key", "colour"),
    '{"block": {"users": []}}': ("rules_unknown_key", "block.users"),
    '{"boost": {"item": {}}}': ("rules_unknown_key", "boost.item"),
    '{"in_stock": 1}': ("rules_wrong_kind", "in_stock"),
    '{"block": {"items": "i1"}}': ("rules_wrong_kind", "block.items"),
    '{"block": {"items": [1]}}': ("rules_wrong_kind", "block.items"),
    '{"boost": {"tags": ["gift"]}}': ("rules_wrong_kind", "boost.tags"),
    '{"boost": {"tags": {"gift": true}}}': ("rules_wrong_kind", "boost.tags.gift"),
    '{"at_most_per_category": 2.5}': ("rules_wrong_kind", "at_most_per_category"),
    '{"diversity": "high"}': ("rules_wrong_kind", "diversity"),
    '{"diversity": 1}': ("rules_out_of_range", "diversity"),
    '{"diversity": NaN}': ("rules_out_of_range", "diversity"),
    '{"at_least_new": -1}': ("rules_out_of_range", "at_least_new"),
    '{"boost": {"tags": {"gift": 0}}}': ("rules_out_of_range", "boost.tags.gift"),
    '{"boost": {"tags": {"gift": Infinity}}}': ("rules_out_of_range", "boost.tags.gift"),
    "[]": ("rules_wrong_kind", "rules"),
    "": ("rules_not_json", None),
    "{": ("rules_not_json", None),
    "[" * 100_000: ("rules_not_json", None),
    " " * (TEXT_LIMIT + 1): ("rules_too_long", None),
}


def test_every_rule_of_a_file_is_read() -> None:
    assert from_json(json.dumps(WHOLE)) == Rules(
        in_stock=True,
        members_only=True,
        blocked_items=("i1", "007"),
        blocked_categories=("tea",),
        boosts=(
            Boost(kind="items", name="i2", factor=2.0),
            Boost(kind="categories", name="ink", factor=0.5),
            Boost(kind="tags", name="gift", factor=1.5),
        ),
        most_per_category=3,
        least_new=1,
        diversity=0.3,
    )


@pytest.mark.parametrize("name", WHOLE)
def test_each_rule_alone_is_a_rule(name: str) -> None:
    assert not from_json(json.dumps({name: WHOLE[name]})).is_empty


def test_an_empty_file_of_rules_is_no_rule() -> None:
    assert from_json("{}") == NO_RULES
    assert NO_RULES.is_empty


@pytest.mark.parametrize("text", WRONG, ids=lambda text: text[:40])
def test_what_is_not_understood_is_refused_with_its_place(text: str) -> None:
    code, place = WRONG[text]
    with pytest.raises(UsageError) as caught:
        from_json(text)
    assert caught.value.reason == code
    assert caught.value.details.get("place") == place
    for locale in LOCALES:
        sentence = error_sentence(caught.value, locale)
        assert place is None or place in sentence
        assert "(code" not in sentence
