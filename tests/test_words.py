"""Every word exists in both languages, and every error has a sentence."""

import ast
import re
import string
from pathlib import Path

import pytest

from engine.errors import EngineError, StoreError
from engine.reporting.text import LOCALES, error_sentence, t, words
from engine.simulation.levers import LEVERS

ROOT = Path(__file__).parents[1]
ERRORS = {kind.__name__ for kind in EngineError.__subclasses__()}


def blanks(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def codes_raised() -> set[str]:
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in ROOT.glob("engine/**/*.py"))
    calls = (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call))
    named = (call for call in calls if isinstance(call.func, ast.Name) and call.func.id in ERRORS)
    first = (call.args[0] for call in named if call.args)
    return {arg.value for arg in first if isinstance(arg, ast.Constant)}


def test_both_languages_have_the_same_keys() -> None:
    assert set(words("en")) == set(words("zh"))


def test_both_languages_have_the_same_blanks() -> None:
    shared = set(words("en")) & set(words("zh"))
    differ = [key for key in shared if blanks(words("en")[key]) != blanks(words("zh")[key])]
    assert differ == []


@pytest.mark.parametrize("locale", LOCALES)
def test_every_error_code_has_a_sentence(locale: str) -> None:
    raised = codes_raised()
    assert len(raised) > 20, "the search for error codes found almost nothing"
    assert {code for code in raised if f"errors.{code}" not in words(locale)} == set()


@pytest.mark.parametrize("locale", LOCALES)
def test_every_source_of_a_lever_has_a_date(locale: str) -> None:
    sources = {lever.source_code for lever in LEVERS} - {"own_choice", "own_log"}
    undated = [
        code for code in sources if not re.search(r"20\d\d", words(locale)[f"sources.{code}"])
    ]
    assert undated == []


def test_an_error_brings_its_facts_into_the_sentence() -> None:
    error = StoreError("database_in_use", path="{shop}.duckdb")
    assert "{shop}.duckdb" in error_sentence(error, "en")
    assert "{shop}.duckdb" in error_sentence(error, "zh")


def test_an_error_without_words_names_its_code_and_never_raises() -> None:
    assert "never_heard_of" in error_sentence(EngineError("never_heard_of"), "zh")


def test_a_missing_fact_stays_visible_as_a_blank() -> None:
    assert "{path}" in t("errors.database_in_use", "en")
