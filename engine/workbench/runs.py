"""A stored run, and the parts of it that use cases read."""

import io
from typing import Any

import pandas as pd

from engine.errors import UsageError
from engine.evaluation.quality import Quality
from engine.packing import unpack
from engine.ranking.settings import RankingSettings
from engine.ranking.two_stage import FittedRanker
from engine.store import artifacts, lists
from engine.store.artifacts import Run
from engine.tensor import EventTensor
from engine.workbench.held_lists import HeldLists
from engine.workbench.probabilities import Probabilities
from engine.workbench.valuing import Valuation
from engine.workbench.workspace import Workspace

RANKER, VALUATION, PROBABILITIES = "ranker.npz", "valuation.npz", "probabilities.npz"
QUALITY, ABLATION = "quality.npz", "ablation.npz"
HELD_LISTS = "held_lists.npz"

LIST_LENGTH = 20
"""Places that are stored for each user; longer lists are made when asked for."""


def trained_run(workspace: Workspace) -> Run:
    """Return the run that fits the data.

    Raises
    ------
    UsageError
        When there is none.
    """
    run = artifacts.current_run(workspace.database)
    if run is None:
        raise UsageError("not_trained")
    return run


def read_ranker(run: Run) -> FittedRanker:
    """Return the ranker that was fitted to the whole log."""
    return unpack(FittedRanker, run.read(RANKER))


def settings_of(run: Run) -> RankingSettings:
    """Return the settings that the run was trained with."""
    said: dict[str, Any] = {
        # JSON has no tuples
        name: tuple(value) if isinstance(value, list) else value
        for name, value in run.manifest["settings"].items()
    }
    return RankingSettings(**said)


def read_valuation(run: Run) -> Valuation:
    """Return what prices are made from."""
    return unpack(Valuation, run.read(VALUATION))


def events_file(valuation: Valuation, policy: str) -> str:
    """Return the file of a policy's events; imported policies may have any text as name."""
    return f"events_{valuation.policies.index(policy)}.npz"


def read_events(run: Run, valuation: Valuation, policy: str) -> EventTensor:
    """Return the events of a policy's lists."""
    return unpack(EventTensor, run.read(events_file(valuation, policy)))


def read_list_rows(run: Run, columns: list[str]) -> pd.DataFrame:
    """Return some columns of the stored lists, after their sum was compared."""
    return pd.read_parquet(io.BytesIO(run.read(lists.FILE)), columns=columns)


def read_probabilities(run: Run) -> Probabilities | None:
    """Return what scores mean; None when nothing could be foreseen."""
    if PROBABILITIES not in run.manifest["files"]:
        return None
    return unpack(Probabilities, run.read(PROBABILITIES))


def read_quality(run: Run) -> Quality | None:
    """Return how well the lists foresaw choices; None in a run that was made without."""
    if QUALITY not in run.manifest["files"]:
        return None
    return unpack(Quality, run.read(QUALITY))


def read_held_lists(run: Run) -> HeldLists | None:
    """Return the lists that the log can value; None in a run that made none."""
    if HELD_LISTS not in run.manifest["files"]:
        return None
    return unpack(HeldLists, run.read(HELD_LISTS))
