"""Tables behind the pictures of the Membership page."""

import pandas as pd

from engine.reporting.tables import Column, Table
from engine.workbench import membership
from engine.workbench.answers import Simulation
from engine.workbench.membership import PriceCurve
from engine.workbench.pricing import Quote
from engine.workbench.survival import Staying
from pages._shared import money_view
from pages._shared.text import t

LEVELS = ("p10", "p50", "p90")


def flows(quoted: Quote) -> Table:
    """Return mean members month by month."""
    frame = membership.flows(quoted.outcomes[0]) if quoted.outcomes else pd.DataFrame()
    columns = [
        Column(name=name, label=t(f"membership.column_{name}"), unit="ratio") for name in frame
    ]
    columns[0] = Column(name="month", label=t("columns.month"), unit="month")
    return Table(frame=frame, columns=columns)


def stays(found: Staying, observed: pd.DataFrame | None) -> Table:
    """Return who stays by renewal, fitted, under the scenario, and counted."""
    frame = pd.DataFrame({"renewal": range(len(found.fitted))})
    columns = [Column(name="renewal", label=t("membership.renewals"), unit="count")]
    shares = {"fitted": found.fitted, "expected": found.expected}
    for name, bands in shares.items():
        for level in LEVELS if bands else ():
            frame[f"{name}_{level}"] = [getattr(band, level) for band in bands]
            label = f"{t(f'membership.{name}')} {level.upper()}"
            columns.append(Column(name=f"{name}_{level}", label=label, unit="share"))
    if observed is not None:
        frame = frame.merge(observed, on="renewal", how="left")
        units = {"at_risk": "count", "lost": "count"}
        columns += [
            Column(name=name, label=t(f"membership.column_{name}"), unit=units.get(name, "share"))
            for name in ("at_risk", "lost", "stayed", "low", "high")
        ]
    return Table(frame=frame, columns=columns)


def prices(found: Simulation, curve: PriceCurve) -> Table:
    """Return fees, all money and members by price."""
    frame = pd.DataFrame({"price": curve.prices})
    columns = [Column(name="price", label=t("membership.price"), unit="money")]
    for name, bands in (("fees", curve.fees), ("total", curve.total)):
        for level in LEVELS:
            amounts = [money_view.per_month(found, getattr(band, level)) for band in bands]
            frame[f"{name}_{level}"] = amounts
            label = f"{t(f'membership.{name}')} {level.upper()}"
            columns.append(Column(name=f"{name}_{level}", label=label, unit="money"))
    for level in LEVELS:
        frame[f"members_{level}"] = [getattr(band, level) for band in curve.members]
        label = f"{t('membership.members')} {level.upper()}"
        columns.append(Column(name=f"members_{level}", label=label, unit="count"))
    return Table(frame=frame, columns=columns, currency=found.currency)
