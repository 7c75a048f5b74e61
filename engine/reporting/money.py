"""Numbers as a reader of a language writes them: money, percent, counts, dates."""

from datetime import date

MINUS = "\u2212"
CENTS = 100
SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£", "CNY": "¥", "JPY": "JP¥"}
WAN, YI = 10_000, 100_000_000


def headline(cents: float, currency: str | None, locale: str = "en") -> str:
    """Return an amount with three significant digits: ``€48,300``, ``€4.83 万``."""
    cents = round(cents)
    major = _three_digits(abs(cents) / CENTS)
    number = _chinese(major) if locale == "zh" else _grouped(major)
    return _signed(cents, major) + symbol(currency) + number


def change(cents: float, currency: str | None, locale: str = "en") -> str:
    """Return a difference with three significant digits and its sign, also plus."""
    text = headline(cents, currency, locale)
    return text if text.startswith(MINUS) or round(cents) == 0 else f"+{text}"


def exact(cents: int, currency: str | None) -> str:
    """Return an amount to the cent, for tables: ``€48,312.07``."""
    return _signed(cents, cents) + symbol(currency) + f"{abs(cents) / CENTS:,.2f}"


def percent(share: float, locale: str = "en") -> str:
    """Return a share as percent: ``54 %`` or ``54%``; one decimal below ten percent."""
    value = abs(share) * 100
    digits = 1 if 0 < value < 9.95 else 0
    text = f"{value:.{digits}f}"
    sign = MINUS if share < 0 and float(text) else ""
    return f"{sign}{text}%" if locale == "zh" else f"{sign}{text} %"


def count(number: float) -> str:
    """Return a whole number with separators and a real minus."""
    return _signed(number, round(number)) + f"{abs(round(number)):,}"


def day(value: date, locale: str = "en") -> str:
    """Return a date: ``28 Jun 2026`` or ``2026年6月28日``."""
    if locale == "zh":
        return f"{value.year}年{value.month}月{value.day}日"
    # Not strftime("%b"): it follows the machine's locale, not the reader's.
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _three_digits(value: float) -> float:
    return float(f"{value:.3g}")


def _grouped(value: float) -> str:
    if value >= CENTS or value == int(value):
        return f"{value:,.0f}"
    return f"{value:,.1f}" if value >= 10 else f"{value:,.2f}"


def _chinese(value: float) -> str:
    for unit, word in ((YI, "亿"), (WAN, "万")):
        if value >= unit:
            scaled = value / unit
            # .3g would print 1,230 as 1.23e+03
            return f"{scaled:,.0f} {word}" if scaled >= CENTS else f"{scaled:.3g} {word}"
    return _grouped(value)


def _signed(amount: float, shown: float) -> str:
    return MINUS if amount < 0 and shown else ""


def symbol(currency: str | None) -> str:
    """Return what stands before an amount: ``€``, or the code where no sign is common."""
    if currency is None:
        return ""
    return SYMBOLS.get(currency, f"{currency}\u00a0")
