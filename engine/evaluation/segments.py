"""Segments of users: what the three business models are added up over."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LARGEST_SEGMENTS = 7
OTHER = "other"
EVERYONE = "all"
ACTIVITY_BANDS = ("light", "regular", "heavy")


@dataclass(frozen=True, kw_only=True, eq=False)
class Segments:
    """At most 24 segments: the largest of the log and other, by activity."""

    names: tuple[str, ...]
    """``segment / activity band``, only those with users."""

    of_user: NDArray[np.int32]
    """Index into ``names`` of every user, of shape (n_users,)."""


def segments_of_users(
    segment: Sequence[str | None] | None, activity_band: Sequence[str]
) -> Segments:
    """Return the segment of every user, in the order of user rows.

    Parameters
    ----------
    segment : sequence of str or None
        What the log calls the user's segment; None or empty: unknown.
    activity_band : sequence of str
        light, regular or heavy.
    """
    size = len(activity_band)
    raw: Sequence[str | None] = [None] * size if segment is None else segment
    labels = np.array([_label(name) for name in raw], dtype=object)
    if (labels == OTHER).all():
        labels[:] = EVERYONE
    else:
        labels[~np.isin(labels, _largest(labels))] = OTHER
    pairs = [f"{name} / {band}" for name, band in zip(labels, activity_band, strict=True)]
    found, of_user = np.unique(np.array(pairs, dtype=object), return_inverse=True)
    order = sorted(range(len(found)), key=lambda row: _order(str(found[row])))
    place = np.empty(len(found), dtype=np.int32)
    place[order] = np.arange(len(found), dtype=np.int32)
    return Segments(names=tuple(found[order]), of_user=place[of_user.ravel()])


def _label(name: str | None) -> str:
    """Return the name, or other for a missing one; NaN is how pandas says missing."""
    return name if isinstance(name, str) and name else OTHER


def _largest(labels: NDArray[np.object_]) -> list[str]:
    names, counts = np.unique(labels[labels != OTHER], return_counts=True)
    return [str(names[row]) for row in np.lexsort((names, -counts))[:LARGEST_SEGMENTS]]


def _order(name: str) -> tuple[bool, str, int]:
    label, band = name.rsplit(" / ", 1)
    known = ACTIVITY_BANDS.index(band) if band in ACTIVITY_BANDS else len(ACTIVITY_BANDS)
    return label == OTHER, label, known
