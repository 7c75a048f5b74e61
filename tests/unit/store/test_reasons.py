"""Every reason a row can be refused for has words in both languages."""

import re
from pathlib import Path

import pytest

from engine.reporting.text import LOCALES, words

ROOT = Path(__file__).parents[3]


def codes():
    sql = "".join(path.read_text() for path in (ROOT / "sql" / "imports").glob("*.sql"))
    store = ROOT / "engine" / "store"
    python = "".join(path.read_text() for path in sorted(store.glob("ingest_*.py")))
    faults = set(re.findall(r"['\"](bad_characters|field_count|not_json|key_twice)['\"]", python))
    return set(re.findall(r"'[a-z_]+:([a-z_]+)'", sql)) | faults


def test_codes_are_found_in_the_code():
    assert {"missing", "event_id_conflict", "field_count", "not_json"} <= codes()


@pytest.mark.parametrize("locale", LOCALES)
def test_reasons_with_words_are_the_reasons_in_the_code(locale):
    worded = {key.removeprefix("reasons.") for key in words(locale) if key.startswith("reasons.")}
    assert worded == codes()
