"""What a training could not do, said where its lists are seen: a thin log is no failure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from engine.features.frames import LearningData
from engine.ranking.two_stage import FittedRanker
from engine.workbench.learning import MOST_JUDGED

FEW_TO_LEARN_FROM = "few_to_learn_from"
FEW_JUDGED = 10
"""Users with something to foresee below which an interval over users says little [count]."""


@dataclass(frozen=True, kw_only=True)
class Note:
    """One thing that was not possible; the words stand under ``train_notes.<code>``."""

    code: str
    details: Mapping[str, Any] = field(default_factory=dict)
    """What fills the blanks of the sentence."""


def notes_of(
    data: LearningData,
    fitted: FittedRanker,
    lists: pd.DataFrame,
    unpriced: str | None,
    judged_users: int | None,
    places: int,
) -> tuple[Note, ...]:
    """Return what could not be done.

    Parameters
    ----------
    lists
        The stored lists, with ``user_row``.
    unpriced
        Code of why lists could not be tried on a later part; None where they could.
    judged_users
        Users with something to foresee; None where nothing was tried.
    places
        Length of a whole list [count].
    """
    found = [*_about_learning(data, fitted), *_about_lists(data, lists, places)]
    if unpriced is not None:
        found.append(Note(code=unpriced))
    elif judged_users is not None and judged_users < FEW_JUDGED:
        found.append(Note(code="few_judged", details={"users": judged_users}))
    elif judged_users is not None and judged_users >= MOST_JUDGED:
        found.append(Note(code="some_judged", details={"users": f"{judged_users:,}"}))
    return tuple(found)


def read_notes(manifest: Mapping[str, Any]) -> tuple[Note, ...]:
    """Return the notes of a stored run; older runs have none."""
    return tuple(Note(**note) for note in manifest.get("notes", ()))


def _about_learning(data: LearningData, fitted: FittedRanker) -> Iterator[Note]:
    ends = data.log.rating_range
    if ends is not None and ends[0] == ends[1] and "rating" in data.positives.kinds:
        yield Note(code="one_rating", details={"rating": f"{ends[0]:g}"})
    if fitted.ranker.is_blend:
        yield Note(code=FEW_TO_LEARN_FROM)


def _about_lists(data: LearningData, lists: pd.DataFrame, places: int) -> Iterator[Note]:
    lengths = np.bincount(lists["user_row"], minlength=data.log.n_users)
    of_all = {"all": data.log.n_users, "places": places}
    empty, short = int((lengths == 0).sum()), int(((lengths > 0) & (lengths < places)).sum())
    if empty:
        yield Note(code="no_lists", details={"users": empty, **of_all})
    if short:
        yield Note(code="short_lists", details={"users": short, **of_all})
