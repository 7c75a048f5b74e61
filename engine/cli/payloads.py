"""Reports of the workbench as the JSON objects of the command line contract."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from engine.reporting.text import t

from .output import locale, plain

COUNTS = ("read", "accepted", "duplicate", "rejected")
BOOKED = {"booked_p10": "p10", "booked_p90": "p90"}
"""Field of an amount -> key under ``forecast``."""

MODELS = ("ads", "membership", "sales", "total")


def of_import(report: Any) -> dict[str, Any]:
    """Counts and amounts of each file, and their sums."""
    files = [plain(file) for file in report.files]
    amounts = {name: sum(file["amount_cents"].get(name, 0) for file in files) for name in COUNTS}
    sums = {name: sum(file[name] for file in files) for name in COUNTS}
    return {"files": files, **sums, "amount_cents": amounts}


def of_health(report: Any) -> dict[str, Any]:
    """Gates, rung, and what the next rung needs."""
    return {
        "gates": [plain(gate) for gate in report.gates],
        "rung": report.rung,
        "next_rung_needs": report.next_rung_needs,
    }


def of_training(report: Any) -> dict[str, Any]:
    """The report, and what was not possible in words."""
    notes = [
        {"code": note.code, "text": t(f"train_notes.{note.code}", locale(), **note.details)}
        for note in report.notes
    ]
    return {**of_record(report), "notes": notes}


def of_simulation(result: Any) -> dict[str, Any]:
    """Money of the three models and their sum, the gain over the baseline and its parts."""
    facts = ("run_id", "rung", "currency", "horizon_months", "policy", "baseline")
    parts = (
        *("shares", "break_even", "books", "details"),
        *("present_value", "uncertainty"),
    )
    gain = result.uplift
    return {
        **{name: plain(getattr(result, name)) for name in facts},
        **{name: of_money(getattr(result, name)) for name in MODELS},
        "uplift": {
            **of_money(gain.total),
            "by_model": {name: of_money(answer) for name, answer in gain.by_model.items()},
            "probability_positive": plain(gain.probability_positive),
            "variance_shares": plain(gain.variance_shares),
            "against": None if gain.against is None else of_money(gain.against),
        },
        **{name: plain(getattr(result, name)) for name in parts},
        "experiment": of_experiment(result.experiment),
        "forecast": {name: of_forecast(getattr(result, name)) for name in MODELS},
        "evidence": {name: of_evidence(told) for name, told in result.evidence.items()},
        "told_by_log": plain(result.told_by_log),
    }


def of_experiment(found: Any) -> dict[str, Any]:
    """The test that would settle it, and the one worth running; both in cents and weeks."""
    return {**plain(found.settling), "choice": found.choice, "worth": plain(found.worth)}


def of_evidence(told: Any) -> dict[str, Any]:
    """What tells the events of a policy, with a sentence for each gate."""
    return {"basis": told.basis, "colour": told.colour, "gates": _gates(told)}


def of_worth(found: Any) -> Mapping[str, Any]:
    """The value of a policy, with a sentence for each gate that is not green."""
    return {**of_record(found), "gates": _gates(found)}


def _gates(found: Any) -> list[dict[str, Any]]:
    return [
        {**plain(gate), "advice": t(f"gates_off_policy.cure_{gate.cure}", locale())}
        for gate in found.gates
    ]


def of_money(answer: Any) -> dict[str, Any]:
    """Integer cents with their interval, or the code and a sentence of why there are none."""
    if hasattr(answer, "withheld"):
        advice = t(answer.advice, locale(), **answer.facts)
        return {"withheld": answer.withheld, "advice": advice}
    return {name: plain(value) for name, value in vars(answer).items() if name not in BOOKED}


def of_forecast(answer: Any) -> dict[str, int] | None:
    """What may be booked; None where there is no amount, or only a difference."""
    if getattr(answer, "booked_p10", None) is None:
        return None
    return {short: getattr(answer, name) for name, short in BOOKED.items()}


def of_evaluation(result: Any) -> Mapping[str, Any]:
    """Quality of each policy; with ``ablation`` only where it was asked for."""
    payload = {**of_record(result)}
    found = payload.pop("ablation")
    if found is None:
        return payload
    parts = {part.pop("name"): part for part in found.pop("parts")}
    return {**payload, "ablation": {**found, "parts": parts}}


def of_record(report: Any) -> Mapping[str, Any]:
    """Every field of a report whose fields are the keys of the contract."""
    return {field.name: plain(getattr(report, field.name)) for field in fields(report)}
