"""Words and numbers in the reader's language."""

from datetime import date

from engine.reporting import money
from engine.reporting import text as words
from pages._shared import state


def t(key: str, **blanks: object) -> str:
    """Return the words called ``key``, of the pages unless the key names another area."""
    return words.t(f"pages.{key}", state.locale(), **blanks)


def gate(code: str) -> str:
    """Return the sentence of a health gate."""
    return words.t(f"gates.{code}", state.locale())


def event_kind(code: str) -> str:
    """Return what a kind of event is called."""
    return t(f"behaviour.kind.{code}")


def training_note(code: str, **blanks: object) -> str:
    """Return what a training could not do."""
    return words.t(f"train_notes.{code}", state.locale(), **blanks)


def reason(code: str) -> str:
    """Return why a row was rejected; an unnamed code stays readable."""
    key = f"reasons.{code}"
    known = words.words(state.locale())
    return words.t(key, state.locale()) if key in known else code.replace("_", " ")


def count(number: float) -> str:
    """Return a whole number with separators."""
    return money.count(number)


def day(value: date) -> str:
    """Return a date as the reader writes it."""
    return money.day(value, state.locale())


def headline(cents: float, currency: str | None) -> str:
    """Return an amount with three significant digits."""
    return money.headline(cents, currency, state.locale())


def amount(cents: float, currency: str | None) -> str:
    """Return an amount that Markdown shows as it is: two dollar signs would become maths."""
    return escaped(headline(cents, currency))


def change(cents: float, currency: str | None) -> str:
    """Return a difference with its sign."""
    return money.change(cents, currency, state.locale())


def percent(share: float) -> str:
    """Return a share as percent."""
    return money.percent(share, state.locale())


def escaped(text: str) -> str:
    r"""Return data text that Markdown shows literally: no live links, images or maths."""
    return "".join(f"\\{letter}" if letter in _MARKDOWN else letter for letter in text)


_MARKDOWN = frozenset("\\`*_{}[]()<>#+-!|$~:")
