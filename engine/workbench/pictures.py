"""The numbers behind the pictures of a price."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from engine.evaluation.compare import BASELINE
from engine.simulation import compare
from engine.simulation.compare import Driver
from engine.simulation.run import MODELS, Outcome
from engine.simulation.scenario import Scenario
from engine.tensor import Floats
from engine.workbench import by_hits
from engine.workbench.pricing import PricingInputs, outcome
from engine.workbench.valuing import MAIN


@dataclass(frozen=True, kw_only=True)
class Band:
    """A figure in draws: four of five lie between p10 and p90."""

    p10: float
    p50: float
    p90: float


def band(draws: Floats) -> Band:
    """Return the spread of draws."""
    low, middle, high = np.quantile(draws, (0.1, 0.5, 0.9))
    return Band(p10=float(low), p50=float(middle), p90=float(high))


def bands(draws: Floats) -> tuple[Band, ...]:
    """Return the spread of each row of draws, of shape (n_rows, B)."""
    spread = np.quantile(draws, (0.1, 0.5, 0.9), axis=1).T.tolist()
    return tuple(Band(p10=low, p50=middle, p90=high) for low, middle, high in spread)


@dataclass(frozen=True, kw_only=True)
class MonthLine:
    """Incremental money of one policy month by month [cents]."""

    policy: str
    p10: tuple[float, ...]
    p50: tuple[float, ...]
    p90: tuple[float, ...]


def month_lines(
    inputs: PricingInputs, scenario: Scenario, policies: Sequence[str]
) -> tuple[MonthLine, ...]:
    """Return the money of all models by month, for each policy that has a price."""
    known = [policy for policy in policies if policy in inputs.collapsed]
    return tuple(_line(outcome(inputs, scenario, policy)) for policy in known)


def month_table(found: Outcome) -> pd.DataFrame:
    """Return mean incremental money by month and model, whole cents that add up.

    Columns month (from 1), then one per model, and total.
    """
    return _table(found, axis=2, label="month", names=None)


def model_months(found: Outcome, model: str) -> pd.DataFrame:
    """Return the money of one model by month [cents].

    Columns month (from 1); p10, p50, p90 and mean of incremental money; attributed. Means
    are those of ``month_table``, whole cents that add up to the simulation.
    """
    amounts = found.models[model]
    low, middle, high = np.quantile(amounts.incremental.sum(axis=1), (0.1, 0.5, 0.9), axis=0)
    attributed = amounts.attributed.sum(axis=1).mean(axis=0)
    through = compare.summaries(compare.attributed(found))[model].mean
    table = month_table(found)
    return pd.DataFrame(
        {
            "month": table["month"],
            "p10": low,
            "p50": middle,
            "p90": high,
            "mean": table[model],
            "attributed": apportioned(attributed, through),
        }
    )


def segment_table(found: Outcome, segments: Sequence[str]) -> pd.DataFrame:
    """Return mean incremental money by segment and model over the horizon, as above."""
    return _table(found, axis=1, label="segment", names=segments)


def drivers(
    inputs: PricingInputs, scenario: Scenario, policy: str = MAIN, baseline: str = BASELINE
) -> tuple[Driver, ...]:
    """Return what each assumption can do to the gain over the horizon, widest first."""
    if inputs.is_range:
        return by_hits.drivers(inputs.valuation, scenario, policy, baseline)
    if not inputs.collapsed:
        return ()
    return compare.drivers(inputs.collapsed[policy], scenario, inputs.collapsed[baseline])


def apportioned(amounts: Floats, total: int) -> NDArray[np.int64]:
    """Return amounts as whole cents that add up to ``total``, by largest remainders."""
    floor = np.floor(amounts).astype(np.int64)
    missing = int(total - floor.sum())
    order = np.argsort(-(amounts - floor), kind="stable")
    whole, rest = divmod(missing, len(amounts)) if len(amounts) else (0, 0)
    floor += whole
    floor[order[:rest]] += 1
    return floor


def _line(found: Outcome) -> MonthLine:
    total = sum(money.incremental.sum(axis=1) for money in found.models.values())
    low, middle, high = np.quantile(total, (0.1, 0.5, 0.9), axis=0)
    return MonthLine(policy=found.policy, p10=tuple(low), p50=tuple(middle), p90=tuple(high))


def _table(found: Outcome, *, axis: int, label: str, names: Sequence[str] | None) -> pd.DataFrame:
    totals = compare.summaries(compare.incremental(found))
    other = 1 if axis == 2 else 2
    columns = {
        name: apportioned(money.incremental.sum(axis=other).mean(axis=0), totals[name].mean)
        for name, money in found.models.items()
    }
    frame = pd.DataFrame(columns)
    frame["total"] = frame[list(MODELS)].sum(axis=1)
    frame.insert(0, label, list(names) if names is not None else range(1, len(frame) + 1))
    return frame
