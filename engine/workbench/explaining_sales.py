"""What is kept of a sale, and what these lists sell beyond others."""

import numpy as np

from engine.simulation.compare import attributed, incremental, uplift
from engine.tensor import Floats
from engine.workbench.asked import Asked
from engine.workbench.explained import data_part
from engine.workbench.explaining_ads import CENTS, Volume, monthly


def gain(asked: Asked) -> Volume:
    """Return what these lists sell beyond those they are compared with."""
    sides = asked.outcome, asked.baseline
    extra, base = (monthly(incremental(side)["sales"], asked) for side in sides)
    through, base_through = (monthly(attributed(side)["sales"], asked) for side in sides)
    parts = (
        data_part("money_sales", extra, CENTS),
        data_part("money_sales_baseline", base, CENTS),
        *asked.own_levers(),
        data_part("sales_through", through, CENTS),
        data_part("sales_through_baseline", base_through, CENTS),
    )
    return parts, CENTS, monthly(uplift(*sides).by_model["sales"], asked)


def kept(asked: Asked) -> Volume:
    """Return what is booked of the value of orders."""
    gross, booked = (_sum(getattr(asked.outcome.sales_parts, name)) for name in ("gross", "booked"))
    parts = (
        data_part("booked_money", monthly(booked, asked), CENTS),
        data_part("gross_money", monthly(gross, asked), CENTS),
    )
    return parts, "share", np.divide(booked, gross, out=np.zeros_like(gross), where=gross > 0)


def _sum(months: Floats) -> Floats:
    return np.asarray(months.sum(axis=1))
