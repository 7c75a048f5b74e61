"""What the log has seen of each lever: beyond it, every number rests on an assumption."""

from engine.store import queries
from engine.workbench.workspace import Workspace

COMMON_SHARE = 0.01
"""A value that fewer lists or memberships have is an accident, not a test."""


def tested(workspace: Workspace) -> dict[str, tuple[float, float]]:
    """Return the lowest and highest value that the log has seen, by lever.

    Notes
    -----
    Ads in lists of users without a membership, prices that members paid, and price
    ratios of the experiment ``price``; today's price is the ratio 1. A lever of which
    the log says nothing is absent.
    """
    frame = queries.read_frame(workspace.database, "tested_ranges", common_share=COMMON_SHARE)
    rows = zip(frame["lever"], frame["low"], frame["high"], strict=True)
    return {lever: (float(low), float(high)) for lever, low, high in rows}
