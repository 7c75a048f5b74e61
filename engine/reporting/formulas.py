"""Every formula the engine computes: its LaTeX, its symbols, and the function that does it."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

BOOK = Path(__file__).with_name("formulas.toml")

Section = Literal["lists", "advertising", "membership", "sales", "range", "uncertainty"]
Rung = Literal["all", "shown", "orders"]
"""``shown``: logs that say what was shown; ``orders``: logs of orders or views only."""


@dataclass(frozen=True, kw_only=True)
class Formula:
    """One formula, without words: those are in the locales."""

    key: str
    section: Section
    latex: str
    symbols: tuple[str, ...]
    """Keys of the symbols, in the order in which a reader meets them."""

    code: tuple[str, ...]
    """``module:function`` that computes it, the most telling first."""

    reference: str | None
    """Key of the publication; None for arithmetic and for conventions of ours."""

    rung: Rung

    @property
    def name_key(self) -> str:
        """Key of what it computes, in a few words."""
        return f"formulas.{self.key}.name"

    @property
    def sentence_key(self) -> str:
        """Key of one plain sentence about it."""
        return f"formulas.{self.key}.says"


def formulas() -> Mapping[str, Formula]:
    """Return all formulas by key, in the order in which they are taught."""
    return {key: _formula(key, entry) for key, entry in _book()["formulas"].items()}


def formula(key: str) -> Formula:
    """Return one formula."""
    return _formula(key, _book()["formulas"][key])


def symbol(key: str) -> str:
    """Return the LaTeX of a symbol, of a lever too; empty for one without a letter."""
    return str(_book()["symbols"].get(key, ""))


def symbol_text_key(key: str) -> str:
    """Return the key of what a symbol means; a lever keeps its own name."""
    return f"levers.{key.replace('.', '_')}.name" if "." in key else f"symbols.{key}"


def indices() -> tuple[str, ...]:
    """Return the letters that only count users, items, slots, months and the like."""
    return tuple(_book()["indices"]["letters"])


def _formula(key: str, entry: Mapping[str, Any]) -> Formula:
    return Formula(
        key=key,
        section=entry["section"],
        latex=entry["latex"],
        symbols=tuple(entry["symbols"]),
        code=tuple(entry["code"]),
        reference=entry.get("reference"),
        rung=entry.get("rung", "all"),
    )


@lru_cache(maxsize=1)
def _book() -> Mapping[str, Any]:
    return tomllib.loads(BOOK.read_text(encoding="utf-8"))
