"""Sources that say how little is known of a user without a success."""

import numpy as np
from numpy.typing import NDArray

from engine.ranking.facts import USER_FACTS
from engine.ranking.groups import in_a_group
from engine.ranking.sources import PERSONAL, Ints, State

COLD = "popular_cold"
"""Popular with all: nothing is known of the user."""

SEGMENT_COLD = "segment_cold"
"""Popular in the segment or country, which is all that is known."""

CONTENT_COLD = "content_cold"
"""Fits what the user looked at, who has chosen nothing yet."""

BLIND = (COLD, SEGMENT_COLD)
"""Sources that know no event of the user."""


def cold_sources(
    state: State, policy: str, users: Ints, sources: NDArray[np.str_]
) -> NDArray[np.str_]:
    """Return the sources of entries, those of users without a success labelled as such.

    Random lists keep their name: they know as much of a new user as of any other.
    """
    if len(users) == 0 or policy == "random":
        return sources
    cold = state.facts.user[users, USER_FACTS.index("activity")] == 0.0
    personal = (
        np.isin(sources, (*PERSONAL, "new_items")) & (np.diff(state.preferences.indptr) > 0)[users]
    )
    grouped = (policy in ("ranked", "segment")) & in_a_group(state.factors["segment"], users)
    label = np.where(personal, CONTENT_COLD, np.where(grouped, SEGMENT_COLD, COLD))
    return np.where(cold, label, sources)
