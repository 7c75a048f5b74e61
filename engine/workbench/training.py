"""Train: first on the earlier part, to know what lists are worth; then on all, to make them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from engine.errors import NotEnoughDataError, UsageError
from engine.evaluation.compare import Comparison
from engine.evaluation.hits import RankedPairs
from engine.evaluation.quality import PLACES, Quality
from engine.evaluation.splits import of_some_users, split_at, time_before_last
from engine.evaluation.weights import bootstrap_weights
from engine.features.frames import LearningData
from engine.features.interactions import popularity
from engine.packing import pack
from engine.progress import Progress, part, silent
from engine.ranking.lists import ListArrays
from engine.ranking.settings import RankingSettings, settings_for
from engine.ranking.tuning import Trial
from engine.ranking.two_stage import FittedRanker, fit, recommend
from engine.simulation.compiling import compile_months
from engine.store import artifacts, queries
from engine.store.lists import write_lists
from engine.workbench.clock import Clock
from engine.workbench.counting import Counted, read_counted
from engine.workbench.held_lists import HeldLists, hold_lists
from engine.workbench.learning import (
    MOST_JUDGED,
    chosen_policies,
    delivered_lists,
    epoch,
    lists_by_policy,
    read_learning_data,
)
from engine.workbench.making import listed
from engine.workbench.manifests import TrainReport as TrainReport
from engine.workbench.manifests import TrainRequest as TrainRequest
from engine.workbench.manifests import manifest_of, run_id_of
from engine.workbench.notes import Note, notes_of
from engine.workbench.probabilities import (
    Probabilities,
    judged,
    learn_probabilities,
    lists_to_judge,
    score_scale,
)
from engine.workbench.quality import Material, first_places, measure
from engine.workbench.runs import (
    HELD_LISTS,
    LIST_LENGTH,
    PROBABILITIES,
    QUALITY,
    RANKER,
    VALUATION,
    events_file,
)
from engine.workbench.valuing import Valued, value_lists, value_nothing
from engine.workbench.workspace import Workspace

HELD_SHARE = 0.25
"""Share of the last events that the valued lists have not seen."""

METRIC_PLACES = 10


@dataclass(frozen=True, kw_only=True, eq=False)
class _Held:
    """What the first training says."""

    valued: Valued
    probabilities: Probabilities | None
    comparison: Comparison | None
    quality: Quality | None
    at: int | None
    settled: tuple[RankingSettings, tuple[Trial, ...]] | None = None
    """Settings, and what was tried for them; None where there was no first training."""
    lists: HeldLists | None = None
    """What the log can value; None where it holds no chances."""
    unpriced: str | None = None
    """Why there is no later part to try lists on."""


def train(workspace: Workspace, request: TrainRequest, progress: Progress = silent) -> TrainReport:
    """Train a run and store it beside the database.

    Raises
    ------
    UsageError, NotEnoughDataError
        When nothing in the log can count as success, or nothing is left to learn from.
    """
    clock = Clock()
    progress(0.0, "reading")
    data = read_learning_data(workspace, request.positives)
    until = epoch(request.until)
    if until is not None:
        data = replace(data, log=data.log.before(until))
        if len(data.log.at) == 0:
            raise UsageError("nothing_before", until=str(request.until))
    settings = settings_for(request.effort)
    clock.lap("reading")
    held = _first_training(workspace, data, request, settings, part(progress, 0.05, 0.5))
    clock.lap("valuation")
    # What the earlier part settled is not tried again, and was judged as it is used.
    settled, trials = held.settled or (settings, ())
    fitted = _fit(data, None, request, settled, part(progress, 0.5, 0.8))
    clock.lap("ranker")
    frame, held = _stored_lists(fitted, held, part(progress, 0.8, 0.98))
    clock.lap("lists")
    run_id = run_id_of(workspace, request, settings)
    write_lists(workspace.database, frame, workspace.folder / "runs" / run_id)
    clock.lap("writing")
    n_judged = held.comparison.users if held.comparison else None
    notes = notes_of(data, fitted, frame, held.unpriced, n_judged, METRIC_PLACES)
    report = _report(run_id, clock, workspace, data, held, notes)
    manifest = manifest_of(request, report, fitted, trials or fitted.trials, held.at)
    artifacts.save_run(workspace.database, run_id, manifest, _files(fitted, held))
    progress(1.0, "lists")
    return replace(report, seconds=clock.laps("saving"))


def _first_training(
    workspace: Workspace,
    data: LearningData,
    request: TrainRequest,
    settings: RankingSettings,
    progress: Progress,
) -> _Held:
    counted = read_counted(workspace, bootstrap_weights(request.seed))
    try:
        split = split_at(data.log, time_before_last(data.log, HELD_SHARE))
    except NotEnoughDataError as error:
        return _unjudged(counted, error)
    fitted = _fit(data, split.at, request, settings, part(progress, 0.0, 0.7))
    progress(0.7, "scoring")
    delivered = delivered_lists(workspace)
    made = lists_to_judge(fitted, split, request.seed)
    outcome = judged(made, data.log, split)
    split = of_some_users(split, MOST_JUDGED, request.seed)
    users = np.arange(data.log.n_users) if counted.rung else split.users
    lists = _lists_of_all(fitted, delivered, users, made, part(progress, 0.7, 0.9))
    known = popularity(split.train)
    progress(0.9, "valuing")
    tried = first_places(lists, METRIC_PLACES)
    valued = value_lists(counted, fitted, tried, split, known, METRIC_PLACES)
    compile_months()
    material = Material(
        lists=lists,
        delivered=tuple(delivered),
        split=split,
        log=data.log,
        popularity=known,
        items=data.items,
        counted=counted,
        valued=valued,
        judged=outcome,
        k=METRIC_PLACES,
        seed=request.seed,
    )
    return _held(fitted, material, hold_lists(counted, fitted, tried, known, split.at or 0))


def _held(fitted: FittedRanker, material: Material, lists: HeldLists | None) -> _Held:
    comparison, quality = measure(material)
    return _Held(
        valued=material.valued,
        probabilities=learn_probabilities(material.judged),
        comparison=comparison,
        quality=quality,
        at=material.split.at,
        settled=(fitted.settings, fitted.trials),
        lists=lists,
    )


def _lists_of_all(
    fitted: FittedRanker,
    delivered: Mapping[str, RankedPairs],
    users: NDArray[np.int64],
    made: ListArrays,
    progress: Progress,
) -> dict[str, RankedPairs]:
    policies, known = chosen_policies((), delivered), {"ranked": made}
    return lists_by_policy(fitted, policies, delivered, users, PLACES[-1], progress, known)


def _unjudged(counted: Counted, error: NotEnoughDataError) -> _Held:
    return _Held(
        valued=value_nothing(counted, error),
        probabilities=None,
        comparison=None,
        quality=None,
        at=None,
        unpriced=error.reason,
    )


def _fit(
    data: LearningData,
    until: int | None,
    request: TrainRequest,
    settings: RankingSettings,
    progress: Progress,
) -> FittedRanker:
    return fit(
        data.log,
        data.items,
        data.users,
        settings,
        until=until,
        seed=request.seed,
        threads=request.threads,
        progress=progress,
    )


def _stored_lists(
    fitted: FittedRanker, held: _Held, progress: Progress
) -> tuple[pd.DataFrame, _Held]:
    """Return the lists of all users as they are stored, and what their scores mean."""
    n_users = fitted.state.seen.shape[0]
    made = recommend(fitted, "ranked", np.arange(n_users), LIST_LENGTH, progress=progress)
    learned = held.probabilities
    if learned is not None:
        learned = replace(learned, full=score_scale(made.rank, made.score))
    frame = listed(made, "ranked", made.score, held.valued.valuation.calibration, learned)
    return frame, replace(held, probabilities=learned)


def _files(fitted: FittedRanker, held: _Held) -> dict[str, bytes]:
    files = {RANKER: pack(fitted), VALUATION: pack(held.valued.valuation)}
    for policy, tensor in held.valued.tensors.items():
        files[events_file(held.valued.valuation, policy)] = pack(tensor)
    if held.probabilities is not None:
        files[PROBABILITIES] = pack(held.probabilities)
    if held.quality is not None:
        files[QUALITY] = pack(held.quality)
    if held.lists is not None:
        files[HELD_LISTS] = pack(held.lists)
    return files


def _report(
    run_id: str,
    clock: Clock,
    workspace: Workspace,
    data: LearningData,
    held: _Held,
    notes: tuple[Note, ...],
) -> TrainReport:
    profile = queries.read_frame(workspace.database, "data_profile").iloc[0]
    return TrainReport(
        run_id=run_id,
        seconds=clock.laps("saving"),
        users=data.log.n_users,
        items=data.log.n_items,
        events=int(profile["event_count"]),
        positives=data.positives.kinds,
        metrics=held.comparison.policies if held.comparison else {},
        notes=notes,
    )
