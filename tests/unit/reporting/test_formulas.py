"""The one source of formulas: code that exists, symbols that are defined, words for all."""

import re
from functools import reduce
from importlib import import_module

import pytest

from engine.reporting.formulas import (
    Formula,
    formula,
    formulas,
    indices,
    symbol,
    symbol_text_key,
)
from engine.reporting.text import LOCALES, words

ALL = tuple(formulas().values())
WRITING = "exp frac left ln log lVert max min overline quad right rVert rho sigma sim sqrt sum cdot"
WRITING += " tilde mathrm"
COMMANDS = frozenset(f"\\{name}" for name in WRITING.split())
"""What LaTeX writes with; every other word of a formula is a symbol or an index."""

FUNCTIONS = ("Exp", "F^{-1}")


def name_of(one: Formula) -> str:
    return one.key


def left_over(one: Formula) -> set[str]:
    """Return the letters of a formula that are neither symbol, command nor index."""
    letters = sorted((symbol(key) for key in one.symbols), key=len, reverse=True)
    rest = re.sub(r"\\(?:begin|end)\{aligned\}", " ", one.latex)
    for known in (*FUNCTIONS, *(letter for letter in letters if len(letter) > 1)):
        rest = rest.replace(known, " ")
    tokens = re.findall(r"\\[A-Za-z]+|[A-Za-z]", rest)  # a command is one, other letters each
    return set(tokens) - COMMANDS - set(letters) - set(indices())


@pytest.mark.parametrize("one", ALL, ids=name_of)
def test_the_code_that_computes_it_exists(one):
    for reference in one.code:
        module, _, path = reference.partition(":")
        assert callable(reduce(getattr, path.split("."), import_module(module)))


@pytest.mark.parametrize("one", ALL, ids=name_of)
def test_every_symbol_has_a_letter_that_the_formula_writes(one):
    assert [key for key in one.symbols if not symbol(key) or symbol(key) not in one.latex] == []


@pytest.mark.parametrize("one", ALL, ids=name_of)
def test_no_letter_is_left_without_a_meaning(one):
    assert left_over(one) == set()


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("one", ALL, ids=name_of)
def test_a_formula_has_words_in_every_language(one, locale):
    needed = [one.name_key, one.sentence_key, *(symbol_text_key(key) for key in one.symbols)]
    if one.reference is not None:
        needed.append(f"references.{one.reference}")
    assert [key for key in needed if key not in words(locale)] == []


def test_braces_close_in_every_formula():
    assert all(one.latex.count("{") == one.latex.count("}") for one in ALL)
    assert all(one.latex.count(r"\left") == one.latex.count(r"\right") for one in ALL)


def test_the_search_for_letters_can_find_one():
    assert left_over(formula("ads")) == set()
    without = [key for key in formula("ads").symbols if key != "free_users"]
    found = Formula(
        key="ads",
        section="advertising",
        latex=formula("ads").latex,
        symbols=tuple(without),
        code=(),
        reference=None,
        rung="all",
    )
    assert "F" in left_over(found)
