"""Lists for users whom the ranker was not fitted to, without fitting it again."""

from dataclasses import replace

from engine.features.interactions import InteractionLog
from engine.features.tables import UserTable
from engine.ranking.pool import pooled_log
from engine.ranking.sources import fold_in_state
from engine.ranking.two_stage import FittedRanker


def fold_in(
    fitted: FittedRanker, log_of_users: InteractionLog, users: UserTable | None = None
) -> FittedRanker:
    """Return a ranker that knows the users of ``log_of_users`` instead of its own.

    Parameters
    ----------
    log_of_users : InteractionLog
        Everything the users did, with the ``item_row`` of the catalogue; its users are
        numbered from 0 and may be new or old ones with other histories. Its
        ``rating_range`` must be that of the log that the ranker was fitted to.
    users : UserTable, optional
        Segment and country of the users, by the codes of the table that was fitted with;
        unknown without it.

    Notes
    -----
    Items, popularity and the trees stay as they were. ALS solves the users' factors against
    the items', item-to-item, content and sequence score what the users did. A user with the
    history that he was fitted with gets nearly the same list: only ALS differs, whose users
    were solved by a few approximate steps against the items of half an iteration earlier.
    Cost: items of the pool x factors² once, then in proportion to the events of the users.
    """
    log = pooled_log(log_of_users, fitted.pool)
    state = fold_in_state(fitted.state, log, fitted.at, fitted.settings, users)
    return replace(fitted, state=state)
