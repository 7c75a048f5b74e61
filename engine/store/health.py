"""Health gates of the data and the rung of evidence it stands on."""

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from engine.store.connection import Database
from engine.store.queries import read_frame, rung

Status = Literal["pass", "review", "fail"]


@dataclass(frozen=True, kw_only=True)
class Gate:
    """One question to the data."""

    name: str
    status: Status
    found: dict[str, float]
    advice: str
    """Text key under ``gates``."""


@dataclass(frozen=True, kw_only=True)
class HealthReport:
    """All gates, the rung, and what the next rung needs (a text key under ``gates``)."""

    gates: tuple[Gate, ...]
    rung: int
    next_rung_needs: str


def health(db: Database) -> HealthReport:
    """Judge the data."""
    facts = read_frame(db, "data_profile").iloc[0]
    found = rung(db)
    gates = (
        _enough("events", facts["event_count"], fail_below=1, review_below=1_000),
        _enough("users", facts["user_count"], fail_below=2, review_below=100),
        _enough("items", facts["item_count"], fail_below=2, review_below=20),
        _enough("days", _days(facts), fail_below=1, review_below=28),
        _enough("prices", facts["priced_count"], fail_below=0, review_below=1),
        _enough("impressions", facts["impression_count"], fail_below=0, review_below=1),
        _enough("memberships", facts["membership_count"], fail_below=0, review_below=1),
        _few("bots", facts["bot_count"]),
    )
    return HealthReport(gates=gates, rung=found, next_rung_needs=f"rung_after_{found}")


def _days(facts: "pd.Series") -> float:
    if pd.isna(facts["first_at"]):
        return 0.0
    return float((facts["last_at"] - facts["first_at"]).days + 1)


def _enough(name: str, value: float, *, fail_below: int, review_below: int) -> Gate:
    status: Status = "pass"
    if value < review_below:
        status = "fail" if value < fail_below else "review"
    advice = f"{name}_{'enough' if status == 'pass' else 'few'}"
    return Gate(name=name, status=status, found={"count": float(value)}, advice=advice)


def _few(name: str, value: float) -> Gate:
    status: Status = "review" if value > 0 else "pass"
    advice = f"{name}_{'none' if status == 'pass' else 'found'}"
    return Gate(name=name, status=status, found={"count": float(value)}, advice=advice)
