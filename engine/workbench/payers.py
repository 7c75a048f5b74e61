"""Who pays for what: money by segment, free users and members, and business model."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from engine.simulation.run import MODELS, Outcome
from engine.tensor import Floats
from engine.workbench.pictures import apportioned, segment_table

PAYERS = ("free", "member")

PAYS = {"ads": (True, False), "membership": (False, True), "sales": (True, True)}
"""Model -> whether free users and members pay for it at all."""


def payer_table(found: Outcome, segments: Sequence[str]) -> pd.DataFrame:
    """Return mean incremental money over the horizon by payer, in whole cents that add up.

    Columns segment, who (free or member), one per model, and total. The two rows of a
    segment add up to its row of `pictures.segment_table`, all rows to the money of the
    simulation.
    """
    whole = segment_table(found, segments)
    columns = {
        name: split_cents(
            found.models[name].by_payer.mean(axis=1),
            whole[name].to_numpy(np.int64),
            np.array(PAYS[name]),
        )
        for name in MODELS
    }
    frame = pd.DataFrame(columns)
    frame["total"] = frame[list(MODELS)].sum(axis=1)
    frame.insert(0, "segment", np.repeat(list(segments), len(PAYERS)))
    frame.insert(1, "who", PAYERS * len(segments))
    return frame


def payer_matrix(table: pd.DataFrame) -> pd.DataFrame:
    """Return the same with a row per segment and a column for who pays for what [cents].

    Columns segment, then ads_free, membership_member, sales_free and sales_member: who
    never pays for a model has no column.
    """
    found = pd.DataFrame({"segment": table["segment"].drop_duplicates().to_list()})
    for model, may_pay in PAYS.items():
        for who, pays in zip(PAYERS, may_pay, strict=True):
            if pays:
                rows = table["who"] == who
                found[f"{model}_{who}"] = table.loc[rows, model].to_list()
    return found


def split_cents(
    amounts: Floats, cents: NDArray[np.int64], may_pay: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Return the cents of each segment as those of its payers, one after the other.

    Parameters
    ----------
    amounts : ndarray of shape (2, G)
        Mean money of free users and of members; who pays nothing at all gets no cent,
        not even one left over from rounding.
    may_pay : ndarray of shape (2,)
        Who gets the cent of a segment where no one pays anything.
    """
    found = np.zeros(amounts.T.shape, dtype=np.int64)
    for row, (parts, total) in enumerate(zip(amounts.T, cents, strict=True)):
        pays = parts != 0.0 if parts.any() else may_pay
        found[row, pays] = apportioned(parts[pays], int(total))
    return found.reshape(-1)
