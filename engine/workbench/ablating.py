"""Switch off each part of the ranker in turn, and measure what its lists lose."""

from collections.abc import Mapping
from dataclasses import replace

from engine.errors import ArtifactError
from engine.evaluation.ablation import FULL, Ablation, Kind, ablation
from engine.evaluation.splits import Split, of_some_users, split_at, time_before_last
from engine.evaluation.weights import bootstrap_weights
from engine.features.frames import LearningData
from engine.packing import pack, unpack
from engine.progress import Progress, part, silent
from engine.ranking.pair_features import FEATURE_GROUPS
from engine.ranking.settings import RankingSettings
from engine.ranking.sources import SOURCES
from engine.ranking.two_stage import fit
from engine.store import artifacts, queries
from engine.workbench.learning import MOST_JUDGED, lists_by_policy, read_learning_data
from engine.workbench.runs import ABLATION, settings_of, trained_run
from engine.workbench.training import HELD_SHARE, METRIC_PLACES
from engine.workbench.valuing import MAIN
from engine.workbench.workspace import Workspace

PARTS: Mapping[str, Kind] = {
    **dict.fromkeys(SOURCES, "source"),
    **dict.fromkeys(FEATURE_GROUPS, "features"),
}
"""What can be switched off."""


def read_ablation(workspace: Workspace) -> Ablation | None:
    """Return what each part of the trained run adds; None where it was not measured.

    Raises
    ------
    UsageError
        Without a trained run.
    """
    run = trained_run(workspace)
    if ABLATION not in run.manifest["files"]:
        return None
    try:
        return unpack(Ablation, run.read(ABLATION))
    except ArtifactError:
        return None  # it can be measured again, and nothing else rests on it


def ablate_run(workspace: Workspace, progress: Progress = silent) -> Ablation:
    """Measure what each part of the trained run adds, and keep it beside the run.

    Trains once for each part and once without leaving anything out, each time on the part
    of the log before the test; the run itself stays as it is.

    Raises
    ------
    UsageError
        Without a trained run.
    NotEnoughDataError
        When nothing is left to foresee.
    """
    progress(0.0, "reading")
    run = trained_run(workspace)
    said = run.manifest
    data = read_learning_data(workspace, tuple(said["positives"]))
    if said["until"] is not None:
        data = replace(data, log=data.log.before(said["until"]))
    split = split_at(data.log, time_before_last(data.log, HELD_SHARE))
    split = of_some_users(split, MOST_JUDGED, said["seed"])
    found = ablate(
        workspace,
        data,
        split,
        settings_of(run),
        seed=said["seed"],
        threads=2,
        k=METRIC_PLACES,
        progress=part(progress, 0.01, 1.0),
    )
    artifacts.add_file(run, ABLATION, pack(found))
    return found


def ablate(
    workspace: Workspace,
    data: LearningData,
    split: Split,
    settings: RankingSettings,
    *,
    seed: int,
    threads: int,
    k: int,
    progress: Progress,
) -> Ablation:
    """Return what each part adds to lists of ``k`` items for the later part of a split."""
    names = (FULL, *PARTS)
    lists = {}
    for place, name in enumerate(names):
        off = () if name == FULL else (name,)
        fitted = fit(
            split.train,
            data.items,
            data.users,
            replace(settings, without=(*settings.without, *off)),
            until=split.at,
            seed=seed,
            threads=threads,
            progress=_named(part(progress, place / len(names), (place + 0.9) / len(names)), name),
        )
        lists[name] = lists_by_policy(fitted, (MAIN,), {}, split.users, k)[MAIN]
    group = queries.read_frame(workspace.database, "users")["bootstrap_group"].to_numpy()
    found = ablation(
        lists,
        PARTS,
        split.test,
        group,
        bootstrap_weights(seed),
        n_items=len(data.items.category),
        since=split.at or 0,
        k=k,
    )
    progress(1.0, "scoring")
    return found


def _named(progress: Progress, name: str) -> Progress:
    """Say which part is switched off instead of what its training does."""

    def report(fraction: float, step: str) -> None:
        progress(fraction, f"without_{name}")

    return report
