"""Every word a reader sees, by key and language."""

import tomllib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from engine.errors import EngineError

LOCALES = ("en", "zh")
FOLDER = Path(__file__).parent / "locales"


def t(key: str, locale: str = "en", **blanks: object) -> str:
    """Return the words called ``key`` with their blanks filled.

    Notes
    -----
    A key without words comes back as itself, so that a new step of the engine shows
    its name instead of stopping the work; ``tests/test_words.py`` finds such keys.
    Values are inserted as they are: braces inside a file name are not filled again.
    """
    template = words(locale).get(key, key)
    return template.format_map(_Blanks(blanks))


def error_sentence(error: EngineError, locale: str = "en") -> str:
    """Return what went wrong and how to cure it, in the reader's language."""
    key = f"errors.{error.reason}"
    if key not in words(locale):
        return t("errors.engine", locale, code=error.reason)
    return t(key, locale, **error.details)


@lru_cache(maxsize=len(LOCALES))
def words(locale: str) -> Mapping[str, str]:
    """Return all words of a language by dotted key, from every file of its folder.

    Raises
    ------
    ValueError
        When two files give words to one key: the reader would see either by chance.
    """
    found: dict[str, str] = {}
    for path in sorted((FOLDER / locale).glob("*.toml")):
        for key, value in _leaves(tomllib.loads(path.read_text(encoding="utf-8"))):
            if key in found:
                raise ValueError(f"{path.name} repeats {key}")
            found[key] = value
    return found


def _leaves(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", str(value)


class _Blanks(dict[str, object]):
    """Leaves a blank visible when an error did not bring its fact."""

    def __missing__(self, name: str) -> str:
        return "{" + name + "}"
