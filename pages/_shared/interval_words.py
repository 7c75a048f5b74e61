"""What kind of estimate an amount is, and what may be booked of it."""

from collections.abc import Iterator

from engine.workbench.answers import Money, Simulation
from pages._shared.text import amount, t


def kind(found: Simulation) -> str:
    """Return what tells the amounts: logged chances and books, or a click model alone."""
    told = found.evidence.get(found.policy)
    proven = told is not None and told.basis != "model"
    return t("overview.told_by_log" if proven else "overview.model_estimate")


def forecast(found: Simulation, answer: Money) -> Iterator[str]:
    """Yield what may be booked, chance and an unknown year included; nothing of a difference."""
    if answer.booked_p10 is None or answer.booked_p90 is None:
        return
    ends = (answer.booked_p10, answer.booked_p90)
    low, high = (amount(cents / found.horizon_months, found.currency) for cents in ends)
    yield t("overview.forecast", low=low, high=high)
